// One of several, or any.
type Props = {
  label: string;
  any: string;
  words: Record<string, string>;
  value: string;
  onChoose: (value: string) => void;
};

export function FilterChoice({ label, any, words, value, onChoose }: Props) {
  return (
    <select
      className="input input-small filter-choice"
      aria-label={label}
      value={value}
      onChange={(event) => onChoose(event.target.value)}
    >
      <option value="">{any}</option>
      {Object.entries(words).map(([name, word]) => (
        <option key={name} value={name}>
          {word}
        </option>
      ))}
    </select>
  );
}
