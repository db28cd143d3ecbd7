// Past receipts.
import { PagedAnswer } from "@/components/paged-answer";
import { OrderList } from "@/features/orders/order-list";
import { useGetMyOrdersInfiniteQuery } from "@/features/orders/shopper-orders-api";

export function ReceiptsPage() {
  const query = useGetMyOrdersInfiniteQuery(undefined, { refetchOnMountOrArgChange: true });
  return (
    <>
      <div className="page-lead">
        <h1>Receipts</h1>
      </div>
      <PagedAnswer query={query}>{(orders) => <OrderList orders={orders} />}</PagedAnswer>
    </>
  );
}
