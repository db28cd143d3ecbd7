// Which product stands at which slot, and what changed that.
import { baseApi } from "@/lib/base-api";
import type {
  FacingEntry,
  FacingView,
  Page,
  PlanogramChange,
  PlanogramImported,
  ProductView,
} from "@/lib/generated/protocol";
import { BY_CURSOR, pageOf, type Cursor } from "@/lib/paging";

/** A CSV file; only trying tells what it would change. */
type Import = { file: Blob; dryRun: boolean };

/** As many as somebody reads before typing another letter. */
const PRODUCTS_OFFERED = 20;

const planogramApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getPlanogram: build.infiniteQuery<Page<FacingEntry>, { search?: string }, Cursor>({
      infiniteQueryOptions: BY_CURSOR,
      query: ({ queryArg, pageParam }) => pageOf("/admin/planogram", queryArg, pageParam),
      providesTags: ["Planogram"],
    }),
    getPlanogramChanges: build.infiniteQuery<Page<PlanogramChange>, void, Cursor>({
      infiniteQueryOptions: BY_CURSOR,
      query: ({ pageParam }) => pageOf("/admin/planogram/history", {}, pageParam),
      providesTags: ["Planogram"],
    }),
    findProducts: build.query<Page<ProductView>, string>({
      query: (search) => pageOf("/admin/products", { search, limit: PRODUCTS_OFFERED }, null),
      providesTags: ["Products"],
    }),
    saveFacing: build.mutation<FacingView, FacingView>({
      query: (body) => ({ url: `/admin/planogram/${encodeURIComponent(body.slot)}`, method: "PUT", body }),
      invalidatesTags: ["Planogram"],
    }),
    clearSlot: build.mutation<null, FacingView>({
      query: ({ slot, version }) => ({
        url: `/admin/planogram/${encodeURIComponent(slot)}`,
        params: { version: version ?? undefined },
        method: "DELETE",
      }),
      invalidatesTags: ["Planogram"],
    }),
    importPlanogram: build.mutation<PlanogramImported, Import>({
      query: ({ file, dryRun }) => ({
        url: "/admin/planogram/import",
        params: { dry_run: dryRun },
        method: "POST",
        headers: { "content-type": "text/csv" },
        body: file,
      }),
      invalidatesTags: (answer) => (answer && !answer.dry_run ? ["Planogram", "Products"] : []),
    }),
  }),
});

export const {
  useGetPlanogramInfiniteQuery,
  useGetPlanogramChangesInfiniteQuery,
  useFindProductsQuery,
  useSaveFacingMutation,
  useClearSlotMutation,
  useImportPlanogramMutation,
} = planogramApi;
