// What an attribution rests on: the sensor's readings, what it could have been, and who could have done it.
import { Sparkline } from "@/components/sparkline";
import type { ContentView, EvidenceView } from "@/lib/generated/protocol";
import { formatDateTime } from "@/lib/time";
import { BASES, SENSORS } from "@/lib/words";
import "@/components/styles/evidence.css";

const grams = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const metres = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const percent = new Intl.NumberFormat(undefined, { style: "percent" });

export function Evidence({ evidence }: { evidence: EvidenceView }) {
  const sensor = SENSORS[evidence.sensor];
  return (
    <div className="evidence">
      <div className="evidence-trace">
        <Sparkline values={evidence.trace} label={`${sensor.word} readings in ${sensor.unit}`} />
        <span className="faint small">
          {sensor.word} ({sensor.unit})
        </span>
      </div>
      <div className="candidates">
        {evidence.contents.length > 1 && <Contents contents={evidence.contents} />}
        <span className="label">Who it could have been</span>
        {evidence.candidates.length === 0 && <span className="quiet">Nobody was seen near the shelf.</span>}
        {evidence.candidates.map((candidate) => (
          <div key={candidate.session_id} className="candidate">
            <span>
              {candidate.shopper_name}{" "}
              <span className="faint small">
                {candidate.sightings === 1 ? "1 sighting" : `${candidate.sightings} sightings`}
                {candidate.hand_m !== null && ` · hand ${metres.format(candidate.hand_m)} m from the slot`}
              </span>
            </span>
            <Likely probability={candidate.probability} />
          </div>
        ))}
      </div>
      <div className="evidence-facts">
        <span>
          Slot <b className="mono">{evidence.slot}</b>
        </span>
        <span>
          Change <b className="numbers">{change(evidence)}</b>
        </span>
        <span>
          Noticed <b>{formatDateTime(evidence.noticed_at)}</b>
        </span>
        <span>
          Basis <b>{BASES[evidence.basis]}</b>
        </span>
      </div>
    </div>
  );
}

/** Units, grams, or both: whatever the sensor told. */
function change({ delta_units, grams: felt }: EvidenceView): string {
  const signed = (value: number, unit: string) => `${value < 0 ? "−" : "+"}${grams.format(Math.abs(value))}${unit}`;
  const units = delta_units !== 0 || felt === null ? signed(delta_units, "") : null;
  const weight = felt === null ? null : signed(felt, " g");
  return [units, weight].filter((part) => part !== null).join(" · ");
}

function Contents({ contents }: { contents: ContentView[] }) {
  return (
    <>
      <span className="label">What it could have been</span>
      {contents.map((content) => (
        <div key={content.sku} className="candidate">
          <span>
            {content.quantity} × {content.name}
          </span>
          <Likely probability={content.probability} />
        </div>
      ))}
    </>
  );
}

function Likely({ probability }: { probability: number }) {
  return (
    <>
      <b className="numbers">{percent.format(probability)}</b>
      <div className="bar" aria-hidden="true">
        <span style={{ width: `${Math.round(probability * 100)}%` }} />
      </div>
    </>
  );
}
