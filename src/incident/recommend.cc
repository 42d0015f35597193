// SPDX-License-Identifier: Apache-2.0
#include "incident/recommend.h"

#include <algorithm>
#include <array>

namespace picket::incident {
namespace {

// "a, b and 3 more"; empty when there are none.
std::string some_of(const std::vector<std::string>& names) {
  constexpr size_t kShown = 3;
  std::string words;
  for (size_t i = 0; i < std::min(names.size(), kShown); ++i)
    words += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > kShown) words += " and " + std::to_string(names.size() - kShown) + " more";
  return words;
}

std::string or_else(std::string words, std::string_view otherwise) {
  return words.empty() ? std::string(otherwise) : words;
}

struct Advice {
  std::string_view tactic;
  Recommendation (*give)(const Incident& incident);
};

// In order of urgency.
constexpr auto kAdvice = std::to_array<Advice>({
    {"TA0040",
     [](const Incident& incident) {
       return Recommendation{"Take " + or_else(some_of(incident.hosts), "the machine") +
                                 " off the network now and keep the backups out of its reach.",
                             "Data is being destroyed, encrypted or made unusable."};
     }},
    {"TA0010",
     [](const Incident& incident) {
       return Recommendation{"Block " + or_else(some_of(incident.peers), "the other side") +
                                 " and find out what left: files read before, bytes sent.",
                             "Data seems to leave the machine."};
     }},
    {"TA0011",
     [](const Incident& incident) {
       return Recommendation{"Block " + or_else(some_of(incident.peers), "the other side") +
                                 ", and look which other machines and processes talk to it.",
                             "Somebody outside may be giving this machine orders."};
     }},
    {"TA0008",
     [](const Incident& incident) {
       return Recommendation{"Isolate " + or_else(some_of(incident.hosts), "the machine") +
                                 " and look for the same on the machines it reached: " +
                                 or_else(some_of(incident.peers), "see its connections") + ".",
                             "The attack may have moved on from here."};
     }},
    {"TA0006",
     [](const Incident& incident) {
       return Recommendation{"Renew the passwords and tickets that were in use on " +
                                 or_else(some_of(incident.hosts), "the machine") + " (" +
                                 or_else(some_of(incident.users), "every user signed in") + ").",
                             "Credentials may have been taken."};
     }},
    {"TA0112",
     [](const Incident& incident) {
       return Recommendation{
           "Do not rely on what " + or_else(some_of(incident.hosts), "the machine") +
               " itself logged since " + rfc3339(incident.from) + "; bring its protection back.",
           "Logging or protection was tampered with."};
     }},
    {"TA0003",
     [](const Incident&) {
       return Recommendation{
           "Look through services, scheduled tasks, run keys and start-up files before cleaning "
           "up.",
           "Something was set up to come back."};
     }},
    {"TA0004",
     [](const Incident& incident) {
       return Recommendation{"Treat " + or_else(some_of(incident.hosts), "the machine") +
                                 " as fully taken over until shown otherwise.",
                             "A process gained rights it was not given."};
     }},
    {"TA0001",
     [](const Incident& incident) {
       return Recommendation{
           "Find out how it came in: the message, download or drive behind " +
               or_else(some_of(incident.files), or_else(some_of(incident.processes), "it")) + ".",
           "The same way in may have worked elsewhere."};
     }},
});

Recommendation look_at_process(const Incident& incident) {
  if (incident.processes.empty())
    return {"Ask " + or_else(some_of(incident.hosts), "the owner of the machine") +
                " whether this is known, and allow it with a reason if so.",
            "What is expected should not wake anybody again."};
  return {"Keep a copy of the program of " + some_of(incident.processes) +
              ", then end it unless it is expected; if it is, allow it with a reason.",
          "What is expected should not wake anybody again; what is not should not go on."};
}

}  // namespace

std::vector<Recommendation> recommend(const Incident& incident) {
  std::vector<Recommendation> actions;
  for (const Advice& advice : kAdvice)
    if (std::ranges::find(incident.tactics, advice.tactic) != incident.tactics.end())
      actions.push_back(advice.give(incident));
  actions.push_back(look_at_process(incident));
  return actions;
}

}  // namespace picket::incident
