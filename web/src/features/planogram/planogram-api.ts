// Which product stands at which slot.
import { baseApi } from "@/lib/base-api";
import type { FacingView } from "@/lib/generated/protocol";

const planogramApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getPlanogram: build.query<FacingView[], void>({ query: () => "/admin/planogram", providesTags: ["Planogram"] }),
    saveFacing: build.mutation<FacingView, FacingView>({
      query: (body) => ({ url: `/admin/planogram/${encodeURIComponent(body.slot)}`, method: "PUT", body }),
      invalidatesTags: ["Planogram"],
    }),
    clearSlot: build.mutation<null, string>({
      query: (slot) => ({ url: `/admin/planogram/${encodeURIComponent(slot)}`, method: "DELETE" }),
      invalidatesTags: ["Planogram"],
    }),
  }),
});

export const { useGetPlanogramQuery, useSaveFacingMutation, useClearSlotMutation } = planogramApi;
