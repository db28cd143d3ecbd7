// Kiosks and shelf nodes.
import { Answer } from "@/components/answer";
import { useGetAdminQuery } from "@/features/accounts/admin-account-api";
import { DeviceTable } from "@/features/devices/device-table";
import { useGetDevicesQuery } from "@/features/devices/devices-api";
import { InviteForm } from "@/features/devices/invite-form";

export function DevicesPage() {
  const query = useGetDevicesQuery(undefined, { refetchOnMountOrArgChange: true });
  const { data: admin } = useGetAdminQuery();
  const owner = admin?.role === "owner";
  return (
    <>
      <header className="admin-head">
        <h1>Devices</h1>
      </header>
      {owner && <InviteForm />}
      <Answer query={query}>{(devices) => <DeviceTable devices={devices} editable={owner} />}</Answer>
    </>
  );
}
