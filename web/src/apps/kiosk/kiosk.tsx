// The kiosk: joining first, then the screen of its role. It has one address, so it needs no router.
import { useEffect, useState } from "react";
import { useDispatch, useSelector } from "react-redux";
import type { Socket } from "socket.io-client";
import { Loading } from "@/components/loading";
import { ProblemNotice } from "@/components/problem-notice";
import { useGetDeviceQuery } from "@/features/devices/devices-api";
import { JoinForm } from "@/features/devices/join-form";
import { deviceLeft } from "@/features/sightings/gate-slice";
import { GateScreen } from "@/features/sightings/gate-screen";
import { ShelfScreen } from "@/features/sightings/shelf-screen";
import { baseApi } from "@/lib/base-api";
import { selectConnection } from "@/lib/connection-slice";
import type { DeviceJoined } from "@/lib/generated/protocol";
import { problemOf } from "@/lib/problem";
import { closeSocket, openSocket } from "@/lib/socket";
import { useWakeLock } from "@/lib/use-wake-lock";

/** How often a kiosk that starts before its server asks again. */
const ASK_AGAIN_MS = 5000;

export function Kiosk() {
  const { data, error, refetch } = useGetDeviceQuery();
  const [removed, setRemoved] = useState(false);
  const problem = problemOf(error);
  const joined = problem?.status === 401 ? undefined : data;
  const waiting = !data && problem !== null && problem.status !== 401;

  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(() => void refetch(), ASK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [waiting, refetch]);

  if (joined) return <Joined key={joined.device.id} joined={joined} onRemoved={setRemoved} />;
  if (problem?.status === 401) {
    return (
      <main className="kiosk-join">
        <JoinForm removed={removed} />
      </main>
    );
  }
  return (
    <main className="kiosk-join">
      {problem ? <ProblemNotice problem={problem} onRetry={() => void refetch()} /> : <Loading />}
    </main>
  );
}

function Joined({ joined, onRemoved }: { joined: DeviceJoined; onRemoved: (removed: boolean) => void }) {
  useWakeLock();
  const dispatch = useDispatch();
  const [socket, setSocket] = useState<Socket | null>(null);
  const connection = useSelector(selectConnection);

  useEffect(() => {
    onRemoved(false);
    const opened = openSocket("/device", dispatch);
    opened.on("revoked", () => {
      onRemoved(true);
      closeSocket(dispatch);
      dispatch(deviceLeft());
      dispatch(baseApi.util.invalidateTags(["Me"]));
    });
    // The screens below need the socket that only the effect may open.
    // oxlint-disable-next-line react/set-state-in-effect
    setSocket(opened);
    return () => closeSocket(dispatch);
  }, [dispatch, onRemoved]);

  const { role } = joined.device;
  if (role === "shelf_camera") return <ShelfScreen joined={joined} socket={socket} />;
  if (role === "shelf_node" || role === "program") {
    return (
      <main className="kiosk-join">
        <h1>This code belongs to a {role === "program" ? "program" : "shelf computer"}</h1>
        <p>Ask for a code for an entry, an exit or a shelf camera. ({connection})</p>
      </main>
    );
  }
  return <GateScreen joined={joined} socket={socket} />;
}
