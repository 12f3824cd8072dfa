/** After "too often": the buttons say when one may go on, and can be pressed again then. */

export class Patience {
  private until = 0;
  private timer = 0;

  constructor(private readonly buttons: HTMLElement[], private readonly over: () => void = () => undefined) {}

  waiting(): boolean {
    return Date.now() < this.until;
  }

  /** `seconds` as the server says them; null where it was no matter of waiting. */
  take(seconds: number | null | undefined): void {
    if (seconds === null || seconds === undefined) return;
    this.until = Date.now() + seconds * 1000;
    this.tick();
  }

  private tick(): void {
    window.clearTimeout(this.timer);
    const left = Math.ceil((this.until - Date.now()) / 1000);
    for (const button of this.buttons) {
      if (left > 0) button.dataset.wait = `in ${left} s`;
      else delete button.dataset.wait;
      button.setAttribute("aria-disabled", String(left > 0));
    }
    if (left > 0) this.timer = window.setTimeout(() => this.tick(), 250);
    else this.over();
  }
}
