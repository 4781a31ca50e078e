"""A small RTSP server for tests: H.264 over TCP (interleaved), from an Annex-B file, to one client after another.

    with RtspServer("clip.h264", port=18110, fps=10) as server:
        ... rtsp://127.0.0.1:18110/clip ...

drop_after=N closes the connection in the midst of the stream after N pictures; stall_after=N sends nothing more but
keeps the connection open; loop=True plays the file again and again. `server.connections` counts the clients.
"""
import base64
import socket
import struct
import threading
import time

MOST_PAYLOAD = 1400  # bytes in one RTP packet
CLOCK_HZ = 90_000


def split_annex_b(data):
    """The NAL units between the start codes."""
    starts, at = [], data.find(b"\x00\x00\x01")
    while at >= 0:
        starts.append(at + 3)
        at = data.find(b"\x00\x00\x01", at + 3)
    ends = [start - 3 for start in starts[1:]] + [len(data)]
    return [data[start:end].rstrip(b"\x00") for start, end in zip(starts, ends)]


def begins_picture(nal):
    """A slice whose first_mb_in_slice is 0 (its Exp-Golomb code is a single 1 bit)."""
    return nal[0] & 31 in (1, 5) and len(nal) > 1 and nal[1] & 0x80 != 0


def pictures_of(nals):
    """NAL units grouped so that each group ends with the slices of one picture."""
    pictures, group, has_slice = [], [], False
    for nal in nals:
        kind = nal[0] & 31
        if has_slice and (begins_picture(nal) or kind not in (1, 5)):
            pictures.append(group)
            group, has_slice = [], False
        group.append(nal)
        has_slice = has_slice or kind in (1, 5)
    if has_slice:
        pictures.append(group)
    return pictures


class RtspServer:
    def __init__(self, path, port, fps=10, drop_after=None, stall_after=None, loop=False):
        with open(path, "rb") as source:
            nals = [nal for nal in split_annex_b(source.read()) if nal]
        self.parameters = [next(nal for nal in nals if nal[0] & 31 == kind) for kind in (7, 8)]
        self.pictures = pictures_of(nals)
        self.port, self.fps = port, fps
        self.drop_after, self.stall_after, self.loop = drop_after, stall_after, loop
        self.connections = 0
        self.stopping = threading.Event()
        self.listener = None
        self.thread = None

    def __enter__(self):
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", self.port))
        self.listener.listen(4)
        self.listener.settimeout(0.2)
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join()
        self.listener.close()

    def _serve(self):
        while not self.stopping.is_set():
            try:
                client, _ = self.listener.accept()
            except socket.timeout:
                continue
            self.connections += 1
            with client:
                client.settimeout(10)
                try:
                    self._talk(client)
                except (OSError, ValueError):
                    pass  # the client went away: the next one may come

    def _talk(self, client):
        stream = client.makefile("rb")
        while not self.stopping.is_set():
            first = stream.readline()
            if not first:
                return
            method, address, _ = first.decode().split(" ", 2)
            headers = {}
            while (line := stream.readline().decode().strip()) != "":
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            answer, body = {"CSeq": headers.get("cseq", "0")}, ""
            if method == "OPTIONS":
                answer["Public"] = "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN"
            elif method == "DESCRIBE":
                body = self._description()
                answer.update({"Content-Type": "application/sdp", "Content-Base": address + "/"})
            elif method == "SETUP":
                answer.update({"Transport": "RTP/AVP/TCP;unicast;interleaved=0-1", "Session": "7351"})
            elif method == "PLAY":
                answer.update({"Session": "7351", "Range": "npt=0-"})
            text = "RTSP/1.0 200 OK\r\n" + "".join(f"{k}: {v}\r\n" for k, v in answer.items())
            if body:
                text += f"Content-Length: {len(body)}\r\n"
            client.sendall((text + "\r\n" + body).encode())
            if method == "PLAY":
                self._play(client)
                return
            if method == "TEARDOWN":
                return

    def _description(self):
        sps, pps = self.parameters
        sets = ",".join(base64.b64encode(p).decode() for p in (sps, pps))
        return ("v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=test\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\n"
                "a=rtpmap:96 H264/90000\r\n"
                f"a=fmtp:96 packetization-mode=1;profile-level-id={sps[1:4].hex()};sprop-parameter-sets={sets}\r\n"
                "a=control:trackID=0\r\n")

    def _play(self, client):
        sequence, sent, begun = 1, 0, time.monotonic()
        while not self.stopping.is_set():
            for picture in self.pictures:
                if self.stopping.is_set() or sent == self.drop_after:
                    return
                while sent == self.stall_after and not self.stopping.is_set():
                    time.sleep(0.1)
                for index, nal in enumerate(picture):
                    sequence = self._send(client, nal, sequence, sent, last=index == len(picture) - 1)
                sent += 1
                time.sleep(max(0, begun + sent / self.fps - time.monotonic()))
            if not self.loop:
                return

    def _send(self, client, nal, sequence, number, last):
        """One NAL unit as one packet, or as fragments (FU-A) when it is long (RFC 6184)."""
        stamp = int(number * CLOCK_HZ / self.fps) & 0xFFFFFFFF
        if len(nal) <= MOST_PAYLOAD:
            payloads = [nal]
        else:
            parts = [nal[i:i + MOST_PAYLOAD] for i in range(1, len(nal), MOST_PAYLOAD)]
            indicator, kind = nal[0] & 0xE0 | 28, nal[0] & 31
            payloads = []
            for i, part in enumerate(parts):
                flags = (0x80 if i == 0 else 0) | (0x40 if i == len(parts) - 1 else 0)
                payloads.append(bytes([indicator, flags | kind]) + part)
        for i, payload in enumerate(payloads):
            marker = 0x80 if last and i == len(payloads) - 1 else 0
            packet = struct.pack(">BBHII", 0x80, 96 | marker, sequence & 0xFFFF, stamp, 0x6C617373) + payload
            client.sendall(b"$\x00" + struct.pack(">H", len(packet)) + packet)
            sequence += 1
        return sequence
