// The token of a mailed dispute link. It comes behind the `#`, leaves the address bar at once, and is kept only as long
// as this tab, so that loading the page again does not lose it.
const KEY = "smartmart.dispute-token";

/** Takes the token out of the address bar, or out of this tab's memory. */
export function takeDisputeToken(): string | null {
  const token = decodeURIComponent(location.hash.slice(1));
  if (token) {
    sessionStorage.setItem(KEY, token);
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  return token || sessionStorage.getItem(KEY);
}
