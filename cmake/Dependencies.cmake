# Third-party targets. Each is linked PRIVATE by the one module that may see it.
find_package(Threads REQUIRED)
find_package(GTest REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(date REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)

# Passkeys. Its .pc file asks for the development files of smart card libraries that we do not use.
find_path(FIDO2_INCLUDE fido.h REQUIRED)
find_library(FIDO2_LIBRARY fido2 REQUIRED)
add_library(glasshouse_fido2 INTERFACE)
target_include_directories(glasshouse_fido2 SYSTEM INTERFACE ${FIDO2_INCLUDE})
target_link_libraries(glasshouse_fido2 INTERFACE ${FIDO2_LIBRARY} OpenSSL::Crypto)

# Debian keeps OpenCVConfig.cmake in libopencv-dev, which pulls in every OpenCV module; name the few.
find_path(OPENCV_INCLUDE opencv2/core.hpp PATH_SUFFIXES opencv4 REQUIRED)
add_library(glasshouse_opencv INTERFACE)
target_include_directories(glasshouse_opencv SYSTEM INTERFACE ${OPENCV_INCLUDE})
foreach(part core imgproc imgcodecs videoio video calib3d)
  find_library(OPENCV_${part} opencv_${part} REQUIRED)
  target_link_libraries(glasshouse_opencv INTERFACE ${OPENCV_${part}})
endforeach()

# PDF reports.
find_path(HPDF_INCLUDE hpdf.h REQUIRED)
find_library(HPDF_LIBRARY hpdf REQUIRED)
add_library(glasshouse_hpdf INTERFACE)
target_include_directories(glasshouse_hpdf SYSTEM INTERFACE ${HPDF_INCLUDE})
target_link_libraries(glasshouse_hpdf INTERFACE ${HPDF_LIBRARY})

# SOCI ships a CMake package that also wants back ends that we do not use: name the libraries.
find_path(SOCI_INCLUDE soci/soci.h REQUIRED)
find_library(SOCI_CORE soci_core REQUIRED)
find_library(SOCI_SQLITE soci_sqlite3 REQUIRED)
find_library(SOCI_POSTGRESQL soci_postgresql REQUIRED)
add_library(glasshouse_soci INTERFACE)
target_include_directories(glasshouse_soci SYSTEM INTERFACE ${SOCI_INCLUDE} ${SOCI_INCLUDE}/soci)
target_link_libraries(glasshouse_soci INTERFACE ${SOCI_CORE} ${SOCI_SQLITE} ${SOCI_POSTGRESQL}
                                                 SQLite::SQLite3)

# Boost 1.81 is header-only for what net uses (Beast, Asio).
find_package(Boost 1.81 REQUIRED)
add_library(glasshouse_beast INTERFACE)
target_link_libraries(glasshouse_beast INTERFACE Boost::headers OpenSSL::SSL OpenSSL::Crypto
                                                 Threads::Threads)
target_compile_definitions(glasshouse_beast INTERFACE BOOST_ASIO_DISABLE_BOOST_REGEX)

# ONNX Runtime comes from npm, pinned by sha256 (scripts/bootstrap puts it here).
set(ORT_ROOT ${GLASSHOUSE_CACHE}/onnxruntime)
if(NOT EXISTS ${ORT_ROOT}/lib/libonnxruntime.so.1)
  message(FATAL_ERROR "ONNX Runtime is not in ${ORT_ROOT}. Run scripts/bootstrap first: it fetches "
                      "the pinned package and checks its sha256.")
endif()
add_library(glasshouse_onnxruntime SHARED IMPORTED GLOBAL)
set_target_properties(glasshouse_onnxruntime PROPERTIES
  IMPORTED_LOCATION ${ORT_ROOT}/lib/libonnxruntime.so.1
  IMPORTED_SONAME libonnxruntime.so.1)
target_include_directories(glasshouse_onnxruntime SYSTEM INTERFACE ${ORT_ROOT}/include)
