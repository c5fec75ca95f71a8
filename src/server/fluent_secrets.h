// Reads what senders of Fluentd's forward protocol must know. Read once, at the start.
#pragma once

#include <string>

#include "base/status.h"
#include "ingest/fluent_handshake.h"

namespace spanhound::server {

// Empty names: no key, no users. The key is the file without the line break at its end. Users
// without a key are refused: the protocol asks for passwords only in the handshake a key begins.
Result<ingest::FluentSecrets> ReadFluentSecrets(const std::string& shared_key_file,
                                                const std::string& users_file);

}  // namespace spanhound::server
