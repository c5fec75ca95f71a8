# Script mode (cmake -P): `npm ci` in UI, unless node_modules already fits package-lock.json.
# STAMP is touched at the end. Waits for other build directories that are doing the same.

set(marker ${UI}/node_modules/.spanhound-lock-hash)
file(LOCK ${UI}/.install.lock TIMEOUT 600)
file(SHA256 ${UI}/package-lock.json wanted)
set(present "")
if(EXISTS ${marker})
  file(READ ${marker} present)
endif()
if(NOT present STREQUAL wanted)
  # No package of ours needs an install script.
  execute_process(
    COMMAND ${NPM} --prefix ${UI} ci --ignore-scripts --no-audit --no-fund --loglevel error
    WORKING_DIRECTORY ${UI}
    RESULT_VARIABLE failed
    OUTPUT_QUIET)
  if(failed)
    message(FATAL_ERROR "npm ci failed in ${UI} (${failed}). It needs Node 18 or newer and a way "
                        "to the npm registry, or its packages in the npm cache.")
  endif()
  file(WRITE ${marker} ${wanted})
endif()
file(TOUCH ${STAMP})
