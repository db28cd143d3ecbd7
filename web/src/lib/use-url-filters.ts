// A list's filters live in the address, so that a filtered list can be kept, sent, and come back to.
import { useSearchParams } from "react-router";

type Values<Name extends string> = Record<Name, string>;

/** The filters of these names, empty where they are not set, and how to set one. */
export function useUrlFilters<Name extends string>(
  names: readonly Name[],
): [Values<Name>, (name: Name, value: string) => void] {
  const [params, setParams] = useSearchParams();
  const values = Object.fromEntries(names.map((name) => [name, params.get(name) ?? ""])) as Values<Name>;
  const set = (name: Name, value: string) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (value) after.set(name, value);
        else after.delete(name);
        return after;
      },
      // Typing a word must not fill the way back.
      { replace: true },
    );
  return [values, set];
}
