// Keeps the page's socket open as long as somebody is logged in.
import { useEffect } from "react";
import { useDispatch } from "react-redux";
import { closeSocket, openSocket, type Namespace } from "@/lib/socket";

export function useLiveSocket(namespace: Namespace, loggedIn: boolean): void {
  const dispatch = useDispatch();
  useEffect(() => {
    if (!loggedIn) return;
    const socket = openSocket(namespace, dispatch);
    // A phone that wakes up has often lost its connection without noticing; asking at once is quicker than waiting.
    const wake = () => {
      if (document.visibilityState === "visible" && !socket.connected) socket.connect();
    };
    document.addEventListener("visibilitychange", wake);
    return () => {
      document.removeEventListener("visibilitychange", wake);
      closeSocket(dispatch);
    };
  }, [namespace, loggedIn, dispatch]);
}
