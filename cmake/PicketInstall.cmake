# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts on a machine; packaging/build_deb.sh makes the Debian package of it.
include_guard(GLOBAL)
include(GNUInstallDirs)

if(TARGET picket)
  set_target_properties(picket PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")
  install(TARGETS picket RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
  install(FILES "${CMAKE_SOURCE_DIR}/docs/man/picket.1" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
  install(FILES "${CMAKE_SOURCE_DIR}/packaging/picket.service"
          DESTINATION "${CMAKE_INSTALL_PREFIX}/lib/systemd/system")
  install(FILES "${CMAKE_SOURCE_DIR}/packaging/picket.sysusers" RENAME picket.conf
          DESTINATION "${CMAKE_INSTALL_PREFIX}/lib/sysusers.d")
  install(FILES "${CMAKE_SOURCE_DIR}/README.md" "${CMAKE_SOURCE_DIR}/CHANGELOG.md"
                "${CMAKE_SOURCE_DIR}/SECURITY.md" "${CMAKE_SOURCE_DIR}/docs/GLOSSARY.md"
          DESTINATION "${CMAKE_INSTALL_DOCDIR}")
  install(FILES "${CMAKE_SOURCE_DIR}/packaging/copyright" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
endif()
