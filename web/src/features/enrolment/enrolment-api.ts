// Enrolling and deleting a face.
import { baseApi } from "@/lib/base-api";
import type { ConsentText, ErasureReceipt, FaceEnrolment, FilmBegun, FilmLook } from "@/lib/generated/protocol";

const enrolmentApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getConsent: build.query<ConsentText, void>({ query: () => "/consent", providesTags: ["Consent"] }),
    enrolFace: build.mutation<FaceEnrolment, { consentVersion: string; photos: Blob[] }>({
      query: ({ consentVersion, photos }) => {
        const body = new FormData();
        body.append("consent_version", consentVersion);
        photos.forEach((photo, index) => body.append("photo", photo, `photo-${index + 1}.jpg`));
        return { url: "/me/face", method: "PUT", body };
      },
      invalidatesTags: ["Me", "Consent"],
    }),
    beginFilm: build.mutation<FilmBegun, string>({
      query: (consentVersion) => ({
        url: "/me/face/film",
        method: "POST",
        body: { consent_version: consentVersion },
      }),
    }),
    lookAtFilm: build.mutation<FilmLook, { film: string; jpeg: Blob }>({
      query: ({ film, jpeg }) => ({ url: `/me/face/film/${film}`, method: "POST", body: jpeg }),
      invalidatesTags: (look) => (look?.kind === "enrolled" ? ["Me", "Consent"] : []),
    }),
    setLearning: build.mutation<FaceEnrolment, boolean>({
      query: (agreed) => ({ url: "/me/face/learning", method: "PUT", body: { agreed } }),
      invalidatesTags: ["Me"],
    }),
    deleteFace: build.mutation<ErasureReceipt, void>({
      query: () => ({ url: "/me/face", method: "DELETE" }),
      invalidatesTags: ["Me"],
    }),
  }),
});

export const {
  useGetConsentQuery,
  useEnrolFaceMutation,
  useBeginFilmMutation,
  useLookAtFilmMutation,
  useSetLearningMutation,
  useDeleteFaceMutation,
} = enrolmentApi;
