// Admin accounts: logging in and out, staff, and the list of shoppers.
import { baseApi, forgetAll } from "@/lib/base-api";
import type { AdminLoggedIn, AdminProfile, LogIn, NewAdmin, Page, ShopperSummary } from "@/lib/generated/protocol";
import { BY_CURSOR, pageOf, type Cursor } from "@/lib/paging";

export const adminAccountApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getAdmin: build.query<AdminProfile, void>({ query: () => "/admin/me", providesTags: ["Me"] }),
    logInAdmin: build.mutation<AdminLoggedIn, LogIn>({
      query: (body) => ({ url: "/admin/login", method: "POST", body }),
      onQueryStarted: async (_form, { dispatch, queryFulfilled }) => {
        const answer = await queryFulfilled.catch(() => null);
        if (!answer) return;
        dispatch(forgetAll());
        dispatch(adminAccountApi.util.upsertQueryData("getAdmin", undefined, answer.data.admin));
      },
    }),
    logOutAdmin: build.mutation<null, void>({ query: () => ({ url: "/admin/logout", method: "POST" }) }),
    getStaff: build.infiniteQuery<Page<AdminProfile>, { search?: string }, Cursor>({
      infiniteQueryOptions: BY_CURSOR,
      query: ({ queryArg, pageParam }) => pageOf("/admin/staff", queryArg, pageParam),
      providesTags: ["Staff"],
    }),
    addStaff: build.mutation<AdminProfile, NewAdmin>({
      query: (body) => ({ url: "/admin/staff", method: "POST", body }),
      invalidatesTags: ["Staff"],
    }),
    getShoppers: build.infiniteQuery<Page<ShopperSummary>, { search?: string }, Cursor>({
      infiniteQueryOptions: BY_CURSOR,
      query: ({ queryArg, pageParam }) => pageOf("/admin/shoppers", queryArg, pageParam),
      providesTags: ["Shoppers"],
    }),
  }),
});

export const {
  useGetAdminQuery,
  useLogInAdminMutation,
  useLogOutAdminMutation,
  useGetStaffInfiniteQuery,
  useAddStaffMutation,
  useGetShoppersInfiniteQuery,
} = adminAccountApi;
