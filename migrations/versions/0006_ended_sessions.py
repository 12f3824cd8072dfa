"""Sessions that were signed out, and how much each snippet takes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    now = sa.text("clock_timestamp()")
    op.create_table(
        "ended_sessions",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_ended_sessions")),
    )
    op.create_index(op.f("ix_ended_sessions_ended_at"), "ended_sessions", ["ended_at"])
    # Sessions of before have no id by which they could be ended.
    op.execute("UPDATE users SET session_epoch = session_epoch + 1")
    # With a default, since web processes of before do not name it.
    op.add_column(
        "snippets", sa.Column("size", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.execute(
        "UPDATE snippets SET size = found.size FROM ("
        "SELECT snippet_id, sum(octet_length(files::text)) AS size FROM snippet_versions "
        "GROUP BY snippet_id) found WHERE found.snippet_id = snippets.id"
    )


def downgrade() -> None:
    op.drop_column("snippets", "size")
    op.drop_table("ended_sessions")
