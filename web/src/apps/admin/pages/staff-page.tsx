// Admin accounts, for owners.
import { PagedAnswer } from "@/components/paged-answer";
import { useGetStaffInfiniteQuery } from "@/features/accounts/admin-account-api";
import { StaffForm } from "@/features/accounts/staff-form";

export function StaffPage() {
  const query = useGetStaffInfiniteQuery({}, { refetchOnMountOrArgChange: true });
  return (
    <>
      <header className="admin-head">
        <div>
          <h1>Staff</h1>
          <p>Owners may do everything. Staff watch the store and decide reviews and disputes.</p>
        </div>
      </header>
      <StaffForm />
      <PagedAnswer query={query}>
        {(staff) => (
          <div className="table-frame">
            <table className="table">
              <thead>
                <tr>
                  <th>Name</th>
                  <th>E-mail</th>
                  <th>Role</th>
                </tr>
              </thead>
              <tbody>
                {staff.map((one) => (
                  <tr key={one.id}>
                    <td data-label="Name">
                      <b>{one.name}</b>
                    </td>
                    <td data-label="E-mail">{one.email}</td>
                    <td data-label="Role">{one.role === "owner" ? "Owner" : "Staff"}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </PagedAnswer>
    </>
  );
}
