// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/smtp/smtp_transaction.h"

#include "inspect/app/digest.h"
#include "inspect/app/eve_text.h"
#include "inspect/proto/smtp/mime_header.h"

namespace picket::inspect::smtp {
namespace {

std::optional<Bytes> at(const std::vector<std::string>& values, size_t index) {
  if (index >= values.size()) return std::nullopt;
  return as_bytes(values[index]);
}

}  // namespace

SmtpTransaction::SmtpTransaction(uint64_t tx_id, std::string greeting)
    : Transaction(AppProtocol::kSmtp, tx_id), helo(std::move(greeting)) {
  set_progress(Direction::kToServer, kEnvelope);
}

std::optional<Bytes> SmtpTransaction::header_value(std::string_view name, size_t index) const {
  if (!message) return std::nullopt;
  const std::string* value = message->header(name, index);
  return value == nullptr ? std::nullopt : std::optional(as_bytes(*value));
}

std::optional<Bytes> SmtpTransaction::buffer(BufferId buffer_id, Direction direction,
                                             size_t index) {
  if (direction != Direction::kToServer) return std::nullopt;
  const bool first = index == 0;
  switch (buffer_id) {
    case BufferId::k_smtp_helo:
      return first && !helo.empty() ? std::optional(as_bytes(helo)) : std::nullopt;
    case BufferId::k_smtp_mail_from:
      return first && mail_from ? std::optional(as_bytes(*mail_from)) : std::nullopt;
    case BufferId::k_smtp_rcpt_to: return at(recipients, index);
    case BufferId::k_email_from: return first ? header_value("from", 0) : std::nullopt;
    case BufferId::k_email_to: return first ? header_value("to", 0) : std::nullopt;
    case BufferId::k_email_cc: return first ? header_value("cc", 0) : std::nullopt;
    case BufferId::k_email_subject: return first ? header_value("subject", 0) : std::nullopt;
    case BufferId::k_email_date: return first ? header_value("date", 0) : std::nullopt;
    case BufferId::k_email_message_id: return first ? header_value("message-id", 0) : std::nullopt;
    case BufferId::k_email_x_mailer: return first ? header_value("x-mailer", 0) : std::nullopt;
    case BufferId::k_email_received: return header_value("received", index);
    case BufferId::k_email_url: return message ? at(message->urls(), index) : std::nullopt;
    default: return std::nullopt;
  }
}

FileBody* SmtpTransaction::file(Direction direction, size_t index) {
  if (direction != Direction::kToServer || !message || index >= message->files().size())
    return nullptr;
  return message->files()[index].get();
}

void SmtpTransaction::take_events() {
  if (!message) return;
  for (const std::string_view name : message->take_faults()) add_event(name, Direction::kToServer);
}

void SmtpTransaction::finish() {
  if (message && message->status() != MimeMessage::Status::kDone) message->truncate();
  take_events();
  set_progress(Direction::kToServer, kDone);
  set_progress(Direction::kToClient, kDone);
}

void SmtpTransaction::append_eve(JsonWriter& out) const {
  out.begin_object();
  eve_member_if(out, "helo", helo);
  if (mail_from) out.member("mail_from", eve_text(*mail_from));
  if (!recipients.empty()) {
    out.key("rcpt_to").begin_array();
    for (const std::string& recipient : recipients) out.value(eve_text(recipient));
    out.end_array();
  }
  out.end_object();
}

void SmtpTransaction::append_list(JsonWriter& out, std::string_view member,
                                  std::string_view header) const {
  const std::string* value = message->header(header);
  if (value == nullptr) return;
  const std::vector<std::string> addresses = address_list(*value);
  if (addresses.empty()) return;
  out.key(member).begin_array();
  for (const std::string& address : addresses) out.value(eve_text(address));
  out.end_array();
}

void SmtpTransaction::append_eve_more(JsonWriter& out) const {
  if (!message) return;
  out.key("email").begin_object();
  out.member("status", message->status_text());
  const auto text_member = [&](std::string_view member, std::string_view header) {
    if (const std::string* value = message->header(header)) eve_member_if(out, member, *value);
  };
  text_member("from", "from");
  append_list(out, "to", "to");
  append_list(out, "cc", "cc");
  text_member("date", "date");
  text_member("message_id", "message-id");
  text_member("x_mailer", "x-mailer");
  if (message->header("received") != nullptr) {
    out.key("received").begin_array();
    for (size_t i = 0; const std::string* value = message->header("received", i); ++i)
      out.value(eve_text(*value));
    out.end_array();
  }
  if (const std::string* subject = message->header("subject")) {
    eve_member_if(out, "subject", *subject);
    out.member("subject_md5", md5_hex(as_bytes(*subject)));
  }
  out.member_if("body_md5", message->body_md5());
  if (!message->files().empty()) {
    out.key("attachment").begin_array();
    for (const auto& file : message->files()) out.value(eve_text(file->name()));
    out.end_array();
  }
  if (!message->urls().empty()) {
    out.key("url").begin_array();
    for (const std::string& url : message->urls()) out.value(eve_text(url));
    out.end_array();
  }
  out.end_object();
}

}  // namespace picket::inspect::smtp
