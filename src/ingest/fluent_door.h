// The door for Fluentd's forward protocol, port 24224: what fluentd, Fluent Bit and the loggers of
// Fluent send. A chunk is acknowledged when its records are on disk. While the store is full,
// nothing more is read and the same messages are tried again, so that the sender's buffer fills and
// nothing is lost. A message that is none closes the connection, since what follows cannot be told
// apart.
#pragma once

#include "base/clock.h"
#include "ingest/fluent_handshake.h"
#include "ingest/ingest.h"
#include "net/stream/stream_server.h"

namespace spanhound::ingest {

// All outlive the server the handlers are for.
net::NewStreamHandler FluentConnections(Ingest& ingest, const FluentSecrets& secrets,
                                        const Clock& clock);

}  // namespace spanhound::ingest
