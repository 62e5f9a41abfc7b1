/** How much of the page, in parts of what is seen of it, may lie out of sight where a wheel over a view zooms at once. */
const little = 0.3;
/** How long the hint stays, in milliseconds. */
const shownFor = 1800;

/**
 * Whether a turn of the wheel over a view zooms it or scrolls the page. It zooms where somebody is at it, has Ctrl or ⌘ down (or
 * pinches a touch pad, which comes as that), or where the page has next to nothing to scroll; else the page goes on as it was going, and a
 * hint says how to zoom.
 */
export class WheelZoom {
  /** The page was scrolled over the view: how to zoom is said for a moment. */
  hint = $state(false);
  private timer: ReturnType<typeof setTimeout> | undefined;

  takes(event: WheelEvent, active: boolean): boolean {
    const { scrollHeight, clientHeight } = document.documentElement;
    const zooms = active || event.ctrlKey || event.metaKey || scrollHeight - clientHeight < clientHeight * little;
    clearTimeout(this.timer);
    this.hint = !zooms;
    if (this.hint) this.timer = setTimeout(() => (this.hint = false), shownFor);
    return zooms;
  }
}
