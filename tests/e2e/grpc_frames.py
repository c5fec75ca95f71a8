"""Just enough of HTTP/2 to send many unary gRPC requests with any bytes, and to see each answered,
without a gRPC library."""

import socket
import struct

DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
END_STREAM, ACK, END_HEADERS = 1, 1, 4
WINDOW = (1 << 31) - 1 - 65_535


def _frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def _header(name, value):
    """A literal, neither indexed nor compressed."""
    return b"\0" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()


class GrpcConnection:
    def __init__(self, port, method):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._buffer = b""
        self._stream = 1
        self._send_window = 65_535
        self.open_streams = set()
        self._headers = b"".join(_header(*pair) for pair in (
            (":method", "POST"), (":scheme", "http"), (":path", method),
            (":authority", "127.0.0.1"), ("content-type", "application/grpc"), ("te", "trailers")))
        self._socket.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + _frame(SETTINGS, 0, 0)
                             + _frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", WINDOW)))

    def send(self, message):
        """One request; messages must fit a frame of 16 KiB."""
        body = b"\0" + struct.pack(">I", len(message)) + message
        while self._send_window < len(body):
            self.read_frame()
        self._send_window -= len(body)
        self._socket.sendall(_frame(HEADERS, END_HEADERS, self._stream, self._headers)
                             + _frame(DATA, END_STREAM, self._stream, body))
        self.open_streams.add(self._stream)
        self._stream += 2

    def _exactly(self, count):
        while len(self._buffer) < count:
            more = self._socket.recv(1 << 16)
            if not more:
                raise ConnectionError("the server closed the connection")
            self._buffer += more
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def read_frame(self):
        head = self._exactly(9)
        size, kind, flags = int.from_bytes(head[:3], "big"), head[3], head[4]
        stream = int.from_bytes(head[5:], "big") & 0x7FFFFFFF
        payload = self._exactly(size)
        if kind == SETTINGS and not flags & ACK:
            self._socket.sendall(_frame(SETTINGS, ACK, 0))
        elif kind == PING and not flags & ACK:
            self._socket.sendall(_frame(PING, ACK, 0, payload))
        elif kind == WINDOW_UPDATE and stream == 0:
            self._send_window += int.from_bytes(payload, "big")
        elif kind == GOAWAY:
            raise ConnectionError(f"GOAWAY {payload!r}")
        elif kind == RST_STREAM or (kind in (DATA, HEADERS) and flags & END_STREAM):
            self.open_streams.discard(stream)

    def close(self):
        self._socket.close()
