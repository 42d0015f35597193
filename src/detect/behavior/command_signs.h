// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>
#include <vector>

#include "detect/behavior/behavior.h"
#include "detect/behavior/severity.h"

// What a command line and a parent say about a shell or interpreter. Pure functions.
namespace picket::detect::behavior {

// Encoded or hidden commands, fetching and running in one breath: at most one sign, which names
// all.
void add_command_sign(std::vector<Sign>& signs, std::string_view command_line);

// A parent that does not start shells for a person: an office program, a browser, a web or database
// server, WMI, a script host (+); a known tool of administration (-).
void add_parent_sign(std::vector<Sign>& signs, const event::Actor& actor);

// The names of the programs that open documents for a person (office, readers, mail).
bool is_document_program(std::string_view name);
// Web, application and database servers.
bool is_server_program(std::string_view name);
bool is_browser(std::string_view name);

}  // namespace picket::detect::behavior
