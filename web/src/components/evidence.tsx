// What an attribution rests on: the sensor's readings, and who could have done it.
import { Sparkline } from "@/components/sparkline";
import type { EvidenceView } from "@/lib/generated/protocol";
import { formatDateTime } from "@/lib/time";
import { BASES, SENSORS } from "@/lib/words";
import "@/components/styles/evidence.css";

const percent = new Intl.NumberFormat(undefined, { style: "percent" });

export function Evidence({ evidence }: { evidence: EvidenceView }) {
  const sensor = SENSORS[evidence.sensor];
  const sign = evidence.delta_units > 0 ? "+" : "−";
  return (
    <div className="evidence">
      <div className="evidence-trace">
        <Sparkline values={evidence.trace} label={`${sensor.word} readings in ${sensor.unit}`} />
        <span className="faint small">
          {sensor.word} ({sensor.unit})
        </span>
      </div>
      <div className="candidates">
        <span className="label">Who it could have been</span>
        {evidence.candidates.length === 0 && <span className="quiet">Nobody was seen near the shelf.</span>}
        {evidence.candidates.map((candidate) => (
          <div key={candidate.session_id} className="candidate">
            <span>
              {candidate.shopper_name}{" "}
              <span className="faint small">
                {candidate.sightings === 1 ? "1 sighting" : `${candidate.sightings} sightings`}
              </span>
            </span>
            <b className="numbers">{percent.format(candidate.probability)}</b>
            <div className="bar" aria-hidden="true">
              <span style={{ width: `${Math.round(candidate.probability * 100)}%` }} />
            </div>
          </div>
        ))}
      </div>
      <div className="evidence-facts">
        <span>
          Slot <b className="mono">{evidence.slot}</b>
        </span>
        <span>
          Change{" "}
          <b className="numbers">
            {sign}
            {Math.abs(evidence.delta_units)}
          </b>
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
