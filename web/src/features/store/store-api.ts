// The store's settings.
import { baseApi } from "@/lib/base-api";
import type { SaveStoreSettings, StoreSettingsView } from "@/lib/generated/protocol";

const storeApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getStoreSettings: build.query<StoreSettingsView, void>({
      query: () => "/admin/store",
      providesTags: ["StoreSettings"],
    }),
    saveStoreSettings: build.mutation<StoreSettingsView, SaveStoreSettings>({
      query: (body) => ({ url: "/admin/store", method: "PUT", body }),
      // The monitor knows name and zone.
      invalidatesTags: (answer) => (answer ? ["StoreSettings", "Floor"] : []),
    }),
  }),
});

export const { useGetStoreSettingsQuery, useSaveStoreSettingsMutation } = storeApi;
