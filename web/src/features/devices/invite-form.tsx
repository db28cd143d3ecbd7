// An owner invites a device and sees its one-time code.
import { useId, useState, type FormEvent } from "react";
import { Field } from "@/components/field";
import { ProblemNotice } from "@/components/problem-notice";
import type { DeviceInvitation, DeviceRole, DeviceView, NewDevice } from "@/lib/generated/protocol";
import { fieldProblem, problemOf } from "@/lib/problem";
import { formatDateTime } from "@/lib/time";
import { DEVICE_ROLES } from "@/lib/words";
import { useInviteDeviceMutation } from "@/features/devices/devices-api";

const FRESH: NewDevice = { name: "", role: "entry", zone: "entry" };
/** What the zone is called unless somebody says otherwise. */
const ZONES: Record<DeviceRole, string> = {
  entry: "entry",
  exit: "exit",
  shelf_camera: "",
  shelf_node: "",
  program: "programs",
};

export function InviteForm() {
  const [invite, { isLoading, error, data, reset }] = useInviteDeviceMutation();
  const [form, setForm] = useState(FRESH);
  const roleId = useId();
  const problem = problemOf(error);
  const set = (part: Partial<NewDevice>) => setForm({ ...form, ...part });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void invite({ ...form, name: form.name.trim(), zone: form.zone.trim() });
  };
  if (data) {
    const again = () => {
      setForm(FRESH);
      reset();
    };
    return <Invitation invitation={data} onDone={again} />;
  }
  return (
    <form className="card stack" onSubmit={submit} aria-label="Invite a device">
      <h2>Invite a device</h2>
      <div className="inline-form">
        <Field
          label="Name"
          placeholder="Entry, left door"
          required
          maxLength={80}
          value={form.name}
          problem={fieldProblem(problem, "name")}
          onChange={(e) => set({ name: e.target.value })}
        />
        <div className="field">
          <label htmlFor={roleId}>Role</label>
          <select
            id={roleId}
            className="input"
            value={form.role}
            onChange={(e) => {
              const role = e.target.value as DeviceRole;
              set({ role, zone: ZONES[role] });
            }}
          >
            {Object.entries(DEVICE_ROLES).map(([role, word]) => (
              <option key={role} value={role}>
                {word}
              </option>
            ))}
          </select>
        </div>
        <Field
          label="Zone"
          required
          maxLength={40}
          pattern="[A-Za-z0-9_\-]+"
          title="Letters, digits, - and _"
          value={form.zone}
          problem={fieldProblem(problem, "zone")}
          onChange={(e) => set({ zone: e.target.value })}
        />
        <button type="submit" className="button" disabled={isLoading}>
          Invite
        </button>
      </div>
      <ProblemNotice problem={problem} />
    </form>
  );
}

/** Where the code is to be typed in. */
function Where({ device }: { device: DeviceView }) {
  switch (device.role) {
    case "shelf_node":
      return "Type on the shelf computer";
    case "program":
      return (
        <>
          Its app_id is <b>{device.id}</b>. For its app_key, post to <b>{location.origin}/api/v1/device/join</b> with
          &quot;keep&quot;: &quot;token&quot; and the code
        </>
      );
    case "entry":
    case "exit":
    case "shelf_camera":
      return (
        <>
          Open <b>{location.origin}/kiosk/</b> on the device and type
        </>
      );
  }
}

function Invitation({ invitation, onDone }: { invitation: DeviceInvitation; onDone: () => void }) {
  return (
    <section className="invitation" role="status" aria-label="One-time code">
      <p>
        <Where device={invitation.device} />
      </p>
      <output className="invitation-code" data-testid="invitation-code">
        {invitation.code}
      </output>
      <p>
        For {invitation.device.name}. Works once, until {formatDateTime(invitation.expires_at)}. It is not shown again.
      </p>
      <button type="button" className="button button-plain button-small" onClick={onDone}>
        Done
      </button>
    </section>
  );
}
