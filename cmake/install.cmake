# What `make install` and the Debian packages lay out, in components: vcycle, cloudbox, documents.
# Configuration is read from /etc and state is kept in /var/lib/vcycle whatever the prefix: that is compiled in.
set(CMAKE_INSTALL_SYSCONFDIR /etc CACHE PATH "Where logrotate looks for its configuration")
include(GNUInstallDirs)
set(VACUUM_SYSTEMD_UNIT_DIR ${CMAKE_INSTALL_PREFIX}/lib/systemd/system CACHE PATH "Where systemd finds units")
set(VACUUM_EXAMPLE_DIR ${CMAKE_INSTALL_DATADIR}/vacuum/examples)

# Programs and the manual pages of their names.
function(vacuum_install_program name component directory section)
  if(TARGET ${name})
    install(TARGETS ${name} RUNTIME DESTINATION ${directory} COMPONENT ${component})
    install(FILES docs/man/${name}.${section} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section}
            COMPONENT ${component})
    install(FILES packaging/bash-completion/${name} COMPONENT ${component}
            DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  endif()
endfunction()

vacuum_install_program(vcycled vcycle ${CMAKE_INSTALL_SBINDIR} 8)
vacuum_install_program(vcycle vcycle ${CMAKE_INSTALL_BINDIR} 1)
vacuum_install_program(vcycle-https vcycle ${CMAKE_INSTALL_SBINDIR} 8)
vacuum_install_program(cloudbox cloudbox ${CMAKE_INSTALL_BINDIR} 1)
vacuum_install_program(vacsim vcycle ${CMAKE_INSTALL_BINDIR} 1)
install(FILES docs/man/vcycle.conf.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5 COMPONENT vcycle)

# What systemd and logrotate need; units name the programs by their place.
file(GLOB units RELATIVE ${CMAKE_SOURCE_DIR}/packaging/systemd CONFIGURE_DEPENDS
     ${CMAKE_SOURCE_DIR}/packaging/systemd/*.in)
foreach(template ${units})
  string(REPLACE ".in" "" unit ${template})
  configure_file(packaging/systemd/${template} ${CMAKE_BINARY_DIR}/systemd/${unit} @ONLY)
  install(FILES ${CMAKE_BINARY_DIR}/systemd/${unit} DESTINATION ${VACUUM_SYSTEMD_UNIT_DIR} COMPONENT vcycle)
endforeach()
install(FILES packaging/sysusers.d/vcycle.conf DESTINATION lib/sysusers.d COMPONENT vcycle)
install(FILES packaging/tmpfiles.d/vcycle.conf DESTINATION lib/tmpfiles.d COMPONENT vcycle)
install(FILES packaging/logrotate.d/vcycle DESTINATION ${CMAKE_INSTALL_SYSCONFDIR}/logrotate.d COMPONENT vcycle)

# Formats that others write or read by.
file(GLOB formats CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/api/*.yaml ${CMAKE_SOURCE_DIR}/api/*.json)
install(FILES ${formats} docs/reference/vacuum-pipe.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/vacuum/api COMPONENT vcycle)

file(GLOB examples LIST_DIRECTORIES false CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/examples/*)
install(FILES ${examples} DESTINATION ${VACUUM_EXAMPLE_DIR} COMPONENT vcycle)

# The documents, in the folders that their links expect.
install(FILES README.md ARCHITECTURE.md CONTRIBUTING.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR}
        COMPONENT documents)
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT documents PATTERN man EXCLUDE)
foreach(folder examples api)
  file(RELATIVE_PATH there ${CMAKE_INSTALL_FULL_DOCDIR} ${CMAKE_INSTALL_FULL_DATADIR}/vacuum/${folder})
  install(CODE "file(CREATE_LINK ${there} \"\$ENV{DESTDIR}${CMAKE_INSTALL_FULL_DOCDIR}/${folder}\" SYMBOLIC)"
          COMPONENT documents)
endforeach()
