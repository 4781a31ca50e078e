# glasshouse_module(NAME
#   USES   other modules whose headers this one may include (links them PUBLIC)
#   LIBS   third-party targets, linked PRIVATE: they do not reach a user of this module
#   TEST_LIBS  further targets for the module's tests
#   HOT    what spends a test's time: compiled with optimisation by the sanitizer builds too. The others are not,
#          which halves the time that those builds take)
#   HOT_TEST   the same for its tests
#
# Sources are src/NAME/*.cc; those ending in _test.cc make the test program NAME_test. All that is tested or fuzzed is
# the target `tested`.
add_custom_target(tested)

# glasshouse_cold(TARGET): the sanitizer builds do not optimise it.
function(glasshouse_cold target)
  if(GLASSHOUSE_SANITIZE)
    target_compile_options(${target} PRIVATE -O0)
  endif()
endfunction()

function(glasshouse_module name)
  cmake_parse_arguments(M "HOT;HOT_TEST" "" "USES;LIBS;TEST_LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  set(target glasshouse_${name})
  if(sources)
    add_library(${target} STATIC ${sources})
    set(visibility PUBLIC)
    target_link_libraries(${target} PRIVATE ${M_LIBS})
    if(NOT M_HOT)
      glasshouse_cold(${target})
    endif()
    if(GLASSHOUSE_FUZZ)
      target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
    endif()
  else()
    add_library(${target} INTERFACE)
    set(visibility INTERFACE)
  endif()
  target_include_directories(${target} ${visibility} ${CMAKE_SOURCE_DIR}/src)
  foreach(used ${M_USES})
    target_link_libraries(${target} ${visibility} glasshouse_${used})
  endforeach()
  if(tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE ${target} ${M_TEST_LIBS} GTest::gtest GTest::gmock
                                               GTest::gtest_main)
    if(NOT M_HOT_TEST)
      glasshouse_cold(${name}_test)
    endif()
    add_dependencies(tested ${name}_test)
    add_test(NAME ${name} COMMAND ${name}_test)
    set_tests_properties(${name} PROPERTIES LABELS unit TIMEOUT 240)
  endif()
endfunction()

# glasshouse_fuzz(NAME FILE module...): a libFuzzer program when GLASSHOUSE_FUZZ is on.
# scripts/fuzz runs every program named fuzz_* for a while, starting from fuzz/corpus/NAME.
function(glasshouse_fuzz name file)
  if(GLASSHOUSE_FUZZ)
    add_executable(fuzz_${name} ${file})
    foreach(used ${ARGN})
      target_link_libraries(fuzz_${name} PRIVATE glasshouse_${used})
    endforeach()
    target_compile_options(fuzz_${name} PRIVATE -fsanitize=fuzzer-no-link)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    add_dependencies(tested fuzz_${name})
  endif()
endfunction()
