# Builds the web UI and embeds it in a target, which then defines spanhound::server::UiFiles().
#
#   spanhound_embed_ui(spanhound_server)
#
# Three steps, each only when its input changed: node_modules (shared by all build directories,
# therefore under a lock), the bundle, the embedded files. Everything but node_modules lies in
# this build directory, so several of them can build at once.

set(SPANHOUND_UI_LISTED_DIR ${CMAKE_CURRENT_LIST_DIR})

function(spanhound_embed_ui target)
  find_program(NPM npm REQUIRED)
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  set(ui ${PROJECT_SOURCE_DIR}/ui)
  set(out ${PROJECT_BINARY_DIR}/ui)
  set(installed ${out}/npm-installed.stamp)
  set(embed ${PROJECT_SOURCE_DIR}/tools/embed_ui.py)

  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${ui}/src/* ${ui}/public/*)
  list(FILTER sources EXCLUDE REGEX "\\.test\\.ts$")

  add_custom_command(
    OUTPUT ${installed}
    COMMAND ${CMAKE_COMMAND} -DUI=${ui} -DNPM=${NPM} -DSTAMP=${installed}
            -P ${SPANHOUND_UI_LISTED_DIR}/InstallUiPackages.cmake
    DEPENDS ${ui}/package-lock.json ${ui}/package.json
    COMMENT "npm ci (web UI)"
    VERBATIM)
  add_custom_command(
    OUTPUT ${out}/dist/index.html
    COMMAND ${NPM} --silent --prefix ${ui} run build -- --outDir ${out}/dist --emptyOutDir
            --logLevel warn
    DEPENDS ${installed} ${sources} ${ui}/index.html ${ui}/vite.config.ts ${ui}/tsconfig.json
    COMMENT "Bundling the web UI"
    VERBATIM)
  add_custom_command(
    OUTPUT ${out}/ui_files.cc ${out}/ui_files.S
    COMMAND ${Python3_EXECUTABLE} ${embed} ${out}/dist ${out}
    DEPENDS ${out}/dist/index.html ${embed}
    COMMENT "Embedding the web UI"
    VERBATIM)
  # The assembler reads the bundle by .incbin, which no dependency scan sees.
  set_source_files_properties(${out}/ui_files.S PROPERTIES OBJECT_DEPENDS ${out}/dist/index.html)
  target_sources(${target} PRIVATE ${out}/ui_files.cc ${out}/ui_files.S)
endfunction()
