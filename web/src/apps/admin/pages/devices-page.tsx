// Kiosks and shelf nodes.
import { PagedAnswer } from "@/components/paged-answer";
import { SearchBox } from "@/components/search-box";
import { useGetAdminQuery } from "@/features/accounts/admin-account-api";
import { DeviceTable } from "@/features/devices/device-table";
import { useGetDevicesInfiniteQuery } from "@/features/devices/devices-api";
import { InviteForm } from "@/features/devices/invite-form";
import { useUrlFilters } from "@/lib/use-url-filters";

export function DevicesPage() {
  const [filters, set] = useUrlFilters(["search"]);
  const query = useGetDevicesInfiniteQuery(filters, { refetchOnMountOrArgChange: true });
  const { data: admin } = useGetAdminQuery();
  const owner = admin?.role === "owner";
  return (
    <>
      <header className="admin-head">
        <h1>Devices</h1>
      </header>
      {owner && <InviteForm />}
      <div role="search" className="filters" aria-label="Which devices">
        <SearchBox label="Name, zone or role" value={filters.search} onSearch={(text) => set("search", text)} />
      </div>
      <PagedAnswer query={query}>{(devices) => <DeviceTable devices={devices} editable={owner} />}</PagedAnswer>
    </>
  );
}
