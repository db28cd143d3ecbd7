// Who somebody in the room is, as far as it is known, in words for the plan.
import type { FloorVisit, PersonView, WhoView } from "@/lib/generated/protocol";
import { initials } from "@/lib/words";

/** Probability from which one name stands alone; below it a wrong certainty would be worse than two names. */
const LIKELY = 0.9;
/** Probability below which a visit is not named among several. */
const NAMED = 0.05;
/** Letters of a name on the plan. */
const MOST_LETTERS = 14;

export type Candidate = { sessionId: string; name: string; probability: number };

/** Who somebody is. `label` is for the plan, `words` for a sentence, `signs` stand in the dot: two where it is open. */
export type Identity = {
  kind: "sure" | "open" | "nobody";
  label: string;
  words: string;
  signs: string[];
  candidates: Candidate[];
};

/** Full and short names by visit. */
export type Names = Map<string, { full: string; short: string }>;

/** Names of visits: the first name where it is enough to tell them apart. */
export function namesOf(visits: Pick<FloorVisit, "shopper_name" | "visit">[]): Names {
  const full = visits.map((one) => [one.visit.session_id, one.shopper_name.trim()] as const);
  const others = (id: string, short: (name: string) => string, name: string) =>
    full.some(([other, otherName]) => other !== id && short(otherName).toLowerCase() === short(name).toLowerCase());
  const shortest = (id: string, name: string) =>
    [firstName, withInitial].find((short) => !others(id, short, name))?.(name) ?? name;
  return new Map(full.map(([id, name]) => [id, { full: name, short: cut(shortest(id, name)) }]));
}

const firstName = (name: string) => name.split(/\s+/)[0] ?? name;

function withInitial(name: string): string {
  const words = name.split(/\s+/);
  const last = words.length > 1 ? [...(words.at(-1) ?? "")][0] : undefined;
  return last ? `${firstName(name)} ${last}.` : name;
}

function cut(name: string): string {
  const letters = [...name];
  return letters.length > MOST_LETTERS ? `${letters.slice(0, MOST_LETTERS - 1).join("")}…` : name;
}

/** Who a person is. */
export function whoIs({ who }: PersonView, names: Names): Identity {
  const [likeliest] = who;
  if (!likeliest) {
    return { kind: "nobody", label: "", words: "Somebody without a visit", signs: ["?"], candidates: [] };
  }
  if (likeliest.probability >= LIKELY) {
    const { full, short, sign } = named(likeliest, names);
    return { kind: "sure", label: short, words: full, signs: [sign], candidates: [candidate(likeliest, names)] };
  }
  const likely = who.filter((one) => one.probability >= NAMED);
  const open = likely.length > 0 ? likely : who.slice(0, 2);
  const told = open.slice(0, 2).map((one) => named(one, names));
  return {
    kind: "open",
    label: orWords(
      told.map((one) => one.short),
      open.length,
    ),
    words:
      open.length === 1
        ? `Perhaps ${told[0]?.full}`
        : orWords(
            told.map((one) => one.full),
            open.length,
          ),
    signs: told.length === 1 ? [`${firstLetter(told[0]?.sign)}?`] : told.map((one) => firstLetter(one.sign)),
    candidates: open.map((one) => candidate(one, names)),
  };
}

function orWords([first = "", second]: string[], count: number): string {
  if (second === undefined) return `${first}?`;
  if (count === 2) return `${first} or ${second}`;
  return `${first}, ${second} or ${count === 3 ? "another" : "others"}`;
}

const firstLetter = (sign = "") => [...sign][0] ?? "";

/** A visit that the floor does not know (any more) has no name. */
function named(who: WhoView, names: Names): { full: string; short: string; sign: string } {
  const known = names.get(who.session_id);
  if (!known) return { full: "A shopper", short: "Shopper", sign: "•" };
  return { ...known, sign: initials(known.full) };
}

function candidate(who: WhoView, names: Names): Candidate {
  return { sessionId: who.session_id, name: named(who, names).full, probability: who.probability };
}
