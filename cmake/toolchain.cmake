# Warnings are errors; ccache and mold are used where they are installed.
option(VACUUM_WARNINGS_ARE_ERRORS "Stop at a warning of the compiler" ON)
add_compile_options(-Wall -Wextra -Wpedantic $<$<BOOL:${VACUUM_WARNINGS_ARE_ERRORS}>:-Werror> -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
                    -Wnull-dereference -Wno-missing-field-initializers)
# False positives of GCC 12 in optimised standard library code and coroutine frames.
add_compile_options(-Wno-restrict -Wno-null-dereference -Wno-maybe-uninitialized
                    $<$<CONFIG:Release>:-Wno-mismatched-new-delete>
                    $<$<CONFIG:Release>:-Wno-array-bounds>
                    $<$<CONFIG:Release>:-Wno-stringop-overread>
                    $<$<CONFIG:Release>:-Wno-stringop-overflow>)

# clang builds the fuzzers alone: GCC's warnings are the ones that count.
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_compile_options(-w)
endif()

set(VACUUM_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined or thread")
if(VACUUM_SANITIZE)
  add_compile_options(-fsanitize=${VACUUM_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${VACUUM_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-mismatched-new-delete)  # a false positive on coroutine frames, here too
  endif()
  if(VACUUM_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link)
  endif()
  if(VACUUM_SANITIZE STREQUAL "thread")
    # The thread sanitizer does not know fences; Asio's locks order all that its fences would.
    add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
    add_compile_options(-Wno-tsan)
  endif()
endif()

find_program(VACUUM_CCACHE ccache)
if(VACUUM_CCACHE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${VACUUM_CCACHE})
  # ccache needs the preprocessor to leave the #include of a precompiled header in place.
  add_compile_options(-fpch-preprocess)
endif()

find_program(VACUUM_MOLD mold)
if(VACUUM_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
