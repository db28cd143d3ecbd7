// The consent text, to be agreed to before any photograph.
import { useState } from "react";
import { Answer } from "@/components/answer";
import type { ConsentText } from "@/lib/generated/protocol";
import { useGetConsentQuery } from "@/features/enrolment/enrolment-api";

export function ConsentStep({ onConsent }: { onConsent: (text: ConsentText) => void }) {
  const query = useGetConsentQuery();
  const [agreed, setAgreed] = useState(false);
  return (
    <>
      <div className="page-lead">
        <h1>Your face, your choice</h1>
        <p>Please read what we do with it.</p>
      </div>
      <Answer query={query}>
        {(text) => (
          <>
            <section className="card consent" aria-label="Consent">
              {text.paragraphs.map((paragraph) => (
                <p key={paragraph}>{paragraph}</p>
              ))}
              <p className="faint small">Version {text.version}</p>
            </section>
            <label className="consent-tick">
              <input type="checkbox" checked={agreed} onChange={(e) => setAgreed(e.target.checked)} />
              <span>I have read this and agree that the store recognises me by my face.</span>
            </label>
            <button type="button" className="button button-wide" disabled={!agreed} onClick={() => onConsent(text)}>
              Continue
            </button>
          </>
        )}
      </Answer>
    </>
  );
}
