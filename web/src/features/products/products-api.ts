// The catalogue.
import { baseApi } from "@/lib/base-api";
import type { Page, ProductView } from "@/lib/generated/protocol";
import { BY_CURSOR, pageOf, type Cursor } from "@/lib/paging";

const productsApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getProducts: build.infiniteQuery<Page<ProductView>, { search?: string }, Cursor>({
      infiniteQueryOptions: BY_CURSOR,
      query: ({ queryArg, pageParam }) => pageOf("/admin/products", queryArg, pageParam),
      providesTags: ["Products"],
    }),
    createProduct: build.mutation<ProductView, ProductView>({
      query: (body) => ({ url: "/admin/products", method: "POST", body }),
      invalidatesTags: ["Products"],
    }),
    // Also after a refusal: it may say that somebody else was faster.
    editProduct: build.mutation<ProductView, ProductView>({
      query: (body) => ({ url: `/admin/products/${encodeURIComponent(body.sku)}`, method: "PUT", body }),
      invalidatesTags: ["Products"],
    }),
  }),
});

export const { useGetProductsInfiniteQuery, useCreateProductMutation, useEditProductMutation } = productsApi;
