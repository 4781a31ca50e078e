# Compiler flags, ccache and mold: the same for every target.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Werror -Wno-missing-field-initializers
                    -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports false dangling/uninitialised uses inside inlined std::string and std::variant.
  add_compile_options(-Wno-maybe-uninitialized -Wno-restrict -Wno-dangling-pointer -Wno-array-bounds
                      -Wno-stringop-overflow -Wno-stringop-overread)
  if(CMAKE_UNITY_BUILD)
    # What a file has to itself looks to g++ like a header's when files are compiled together.
    add_compile_options(-Wno-subobject-linkage)
  endif()
endif()
if(GLASSHOUSE_SANITIZE)
  add_compile_options(-fsanitize=${GLASSHOUSE_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${GLASSHOUSE_SANITIZE})
endif()
