# SPDX-License-Identifier: Apache-2.0
# Puts the files of a folder into the program: cmake -DFOLDER=... -DOTHERWISE=... -DOUT=... -P
# EmbedFolder.cmake (OTHERWISE: the folder to take when the first has no index.html) writes OUT.S (the bytes, plain and gzipped), OUT.cc (the table that http/assets.h declares) and
# OUT.files/*.gz. Needs gzip, which every Debian has.
cmake_minimum_required(VERSION 3.25)
if(NOT EXISTS "${FOLDER}/index.html")
  set(FOLDER "${OTHERWISE}")
endif()
file(GLOB_RECURSE files RELATIVE "${FOLDER}" "${FOLDER}/*")
list(FILTER files EXCLUDE REGEX "README\\.md$|\\.map$")
list(TRANSFORM files PREPEND "/")
# As std::string_view orders them: the table is searched by halves.
list(SORT files COMPARE STRING)
set(bytes "// Written by cmake/EmbedFolder.cmake.\n.section .rodata\n")
set(names "")
set(table "")
set(number 0)
file(MAKE_DIRECTORY "${OUT}.files")
foreach(path IN LISTS files)
  math(EXPR number "${number} + 1")
  set(smaller "${OUT}.files/${number}.gz")
  execute_process(COMMAND gzip -9 -n -c "${FOLDER}${path}" OUTPUT_FILE "${smaller}"
    COMMAND_ERROR_IS_FATAL ANY)
  file(SHA256 "${FOLDER}${path}" tag)
  string(SUBSTRING "${tag}" 0 32 tag)
  foreach(form plain gzipped)
    set(source "${FOLDER}${path}")
    if(form STREQUAL "gzipped")
      set(source "${smaller}")
    endif()
    string(APPEND bytes ".globl picket_${form}_${number}, picket_${form}_${number}_end\n"
      "picket_${form}_${number}:\n.incbin \"${source}\"\npicket_${form}_${number}_end:\n.byte 0\n")
    string(APPEND names "extern const char picket_${form}_${number}[], picket_${form}_${number}_end[];\n")
  endforeach()
  string(APPEND table "      {\"${path}\", \"${tag}\", between(picket_plain_${number}, picket_plain_${number}_end),\n"
    "       between(picket_gzipped_${number}, picket_gzipped_${number}_end)},\n")
endforeach()
file(WRITE "${OUT}.S" "${bytes}.section .note.GNU-stack,\"\",@progbits\n")
file(WRITE "${OUT}.cc" "// Written by cmake/EmbedFolder.cmake.
#include \"app/web/http/assets.h\"
extern \"C\" {
${names}}
namespace picket::app::web::http {
namespace {
std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<size_t>(end - begin)};
}
}  // namespace
std::span<const Asset> assets() {
  static const Asset kAssets[] = {
${table}  };
  return kAssets;
}
}  // namespace picket::app::web::http
")
