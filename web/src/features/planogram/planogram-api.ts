// Which product stands at which slot, and what changed that.
import { baseApi } from "@/lib/base-api";
import type { FacingView, PlanogramChange, PlanogramImported } from "@/lib/generated/protocol";

/** A CSV file; only trying tells what it would change. */
type Import = { file: Blob; dryRun: boolean };

const planogramApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getPlanogram: build.query<FacingView[], void>({ query: () => "/admin/planogram", providesTags: ["Planogram"] }),
    getPlanogramChanges: build.query<PlanogramChange[], void>({
      query: () => "/admin/planogram/history",
      providesTags: ["Planogram"],
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
  useGetPlanogramQuery,
  useGetPlanogramChangesQuery,
  useSaveFacingMutation,
  useClearSlotMutation,
  useImportPlanogramMutation,
} = planogramApi;
