// The planogram, with a way to import it and what changed lately.
import { Answer } from "@/components/answer";
import { useGetAdminQuery } from "@/features/accounts/admin-account-api";
import { ImportBox } from "@/features/planogram/import-box";
import { useGetPlanogramChangesQuery, useGetPlanogramQuery } from "@/features/planogram/planogram-api";
import { PlanogramChanges } from "@/features/planogram/planogram-changes";
import { PlanogramTable } from "@/features/planogram/planogram-table";
import { useGetProductsQuery } from "@/features/products/products-api";

export function PlanogramPage() {
  const query = useGetPlanogramQuery(undefined, { refetchOnMountOrArgChange: true });
  const history = useGetPlanogramChangesQuery(undefined, { refetchOnMountOrArgChange: true });
  const { data: products } = useGetProductsQuery();
  const { data: admin } = useGetAdminQuery();
  const isOwner = admin?.role === "owner";
  const nameOf = (sku: string) => products?.find((product) => product.sku === sku)?.name ?? sku;
  return (
    <>
      <header className="admin-head">
        <div>
          <h1>Planogram</h1>
          <p>Which product stands at which slot, and which camera sees it.</p>
        </div>
      </header>
      <Answer query={query}>
        {(facings) => <PlanogramTable facings={facings} choices={products ?? []} editable={isOwner} />}
      </Answer>
      {isOwner && <ImportBox nameOf={nameOf} />}
      <Answer query={history}>{(changes) => <PlanogramChanges changes={changes} nameOf={nameOf} />}</Answer>
    </>
  );
}
