"""How long those who wait will have to, from what the last verdicts took and what keeps coming.

The seconds that a verdict takes a worker follow what the machine has to do beside it, so
a short wait is foretold from the last few and a long one from as many as are ahead. Who
may be overtaken (`judge.turns`) is taken to be, by as many in the next while as came in
the last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

from redis.exceptions import RedisError

from judge import metrics, pulses, queue

LEAST_VERDICTS = 20
"""One alone says little: a compile error takes a fifth of what a large program takes."""


@dataclass(frozen=True)
class Forecast:
    """What waits are foretold from.

    `took`: seconds that each of the last verdicts took a worker, the last one first.
    `arrivals`: by purpose, how many came in each of the last seconds.
    """

    took: Sequence[float]
    workers: int
    arrivals: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def _sums(self) -> list[float]:
        return list(accumulate(self.took))

    def wait(self, place: int, overtaken_by: Sequence[str] = ()) -> float | None:
        """Seconds until the verdict of what is at `place` (from 1); None where nothing is known.

        Workers are half through with what they judge now, on the average.

        :param overtaken_by: purposes of submissions that go before it though they come later.
        """
        if not self.took or not self.workers:
            return None
        many = min(len(self.took), max(LEAST_VERDICTS, place))
        each = self._sums[many - 1] / many
        wait = (place - 0.5) / self.workers * each
        coming = sum(self.arrivals.get(purpose, 0.0) for purpose in overtaken_by)
        share = coming * each / self.workers
        horizon = metrics.ARRIVALS_SECONDS
        if share < 1 and wait / (1 - share) <= horizon:
            wait /= 1 - share
        else:
            wait += share * horizon
        return round(wait + each, 1)


def now() -> Forecast | None:
    """What there is to foretell from at the moment; None while Redis is away."""
    try:
        client = queue.connection()
        took, arrivals = metrics.pace(client), metrics.arrivals(client)
        workers = sum(one.ready and not one.interactive for one in pulses.all_alive(client))
    except RedisError:
        return None
    return Forecast(took, workers, arrivals)
