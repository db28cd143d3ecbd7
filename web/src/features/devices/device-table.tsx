// All devices and how they stand.
import { ConfirmButton } from "@/components/confirm-button";
import { Empty } from "@/components/empty";
import { ProblemNotice } from "@/components/problem-notice";
import { problemOf } from "@/lib/problem";
import { formatDateTime } from "@/lib/time";
import { DEVICE_ROLES, DEVICE_STATES } from "@/lib/words";
import { CameraPills } from "@/features/devices/camera-pills";
import { useRevokeDeviceMutation, type KnownDevice } from "@/features/devices/devices-api";

export function DeviceTable({ devices, editable }: { devices: KnownDevice[]; editable: boolean }) {
  const [revoke, { isLoading, error }] = useRevokeDeviceMutation();
  if (devices.length === 0) return <Empty title="No devices yet" />;
  return (
    <>
      <ProblemNotice problem={problemOf(error)} />
      <div className="table-frame">
        <table className="table">
          <thead>
            <tr>
              <th>Device</th>
              <th>Role</th>
              <th>Zone</th>
              <th>State</th>
              <th>Last heard of</th>
              {editable && (
                <th>
                  <span className="hidden-visually">Actions</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {devices.map((device) => (
              <tr key={device.id}>
                <td data-label="Device">
                  <b>{device.name}</b>
                </td>
                <td data-label="Role">{DEVICE_ROLES[device.role]}</td>
                <td data-label="Zone" className="mono">
                  {device.zone}
                </td>
                <td data-label="State">
                  <State device={device} />
                </td>
                <td data-label="Last heard of">
                  {device.last_seen_at ? formatDateTime(device.last_seen_at) : "Never"}
                </td>
                {editable && (
                  <td>
                    {device.state !== "revoked" && (
                      <div className="row-actions">
                        <ConfirmButton
                          small
                          question="Remove this device?"
                          confirm="Yes, revoke"
                          busy={isLoading}
                          onConfirm={() => void revoke(device.id)}
                        >
                          Revoke
                        </ConfirmButton>
                      </div>
                    )}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function State({ device }: { device: KnownDevice }) {
  if (device.state !== "joined") return <span className="pill">{DEVICE_STATES[device.state]}</span>;
  const { status } = device;
  return (
    <div className="stack-s">
      <span className={device.online ? "online online-yes" : "online"}>{device.online ? "Online" : "Offline"}</span>
      {status && status.spooled > 0 && <span className="pill pill-note">{status.spooled} events waiting</span>}
      {status && status.faulty_slots.length > 0 && (
        <span className="pill pill-wait">Faulty: {status.faulty_slots.join(", ")}</span>
      )}
      {status && status.lost > 0 && <span className="pill pill-bad">{status.lost} events lost</span>}
      {status && <CameraPills cameras={status.cameras ?? []} />}
    </div>
  );
}
