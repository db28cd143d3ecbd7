// Admin accounts: logging in and out, staff, and the list of shoppers.
import { baseApi } from "@/lib/base-api";
import type { AdminLoggedIn, AdminProfile, LogIn, NewAdmin, ShopperSummary } from "@/lib/generated/protocol";

export const adminAccountApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getAdmin: build.query<AdminProfile, void>({ query: () => "/admin/me", providesTags: ["Me"] }),
    logInAdmin: build.mutation<AdminLoggedIn, LogIn>({
      query: (body) => ({ url: "/admin/login", method: "POST", body }),
      onQueryStarted: async (_form, { dispatch, queryFulfilled }) => {
        const answer = await queryFulfilled.catch(() => null);
        if (!answer) return;
        dispatch(baseApi.util.resetApiState());
        dispatch(adminAccountApi.util.upsertQueryData("getAdmin", undefined, answer.data.admin));
      },
    }),
    logOutAdmin: build.mutation<null, void>({ query: () => ({ url: "/admin/logout", method: "POST" }) }),
    getStaff: build.query<AdminProfile[], void>({ query: () => "/admin/staff", providesTags: ["Staff"] }),
    addStaff: build.mutation<AdminProfile, NewAdmin>({
      query: (body) => ({ url: "/admin/staff", method: "POST", body }),
      invalidatesTags: ["Staff"],
    }),
    getShoppers: build.query<ShopperSummary[], void>({ query: () => "/admin/shoppers", providesTags: ["Shoppers"] }),
  }),
});

export const {
  useGetAdminQuery,
  useLogInAdminMutation,
  useLogOutAdminMutation,
  useGetStaffQuery,
  useAddStaffMutation,
  useGetShoppersQuery,
} = adminAccountApi;
