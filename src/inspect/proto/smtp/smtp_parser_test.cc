// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/smtp/smtp_parser.h"

#include <gtest/gtest.h>

#include "inspect/proto/smtp/descriptor.h"
#include "inspect/proto/smtp/weird.h"

namespace picket::inspect::smtp {
namespace {

using enum Direction;

// A conversation as text: lines that begin "S:" are the server's.
class Talk {
 public:
  Talk() : parser_(make(flow_)) {}
  Talk& client(std::string_view text) { return say(kToServer, text); }
  Talk& server(std::string_view text) { return say(kToClient, text); }
  Talk& say(Direction direction, std::string_view text) {
    std::string& kept = kept_[index(direction)];
    kept += text;
    const ParseResult result = parser_->on_data(direction, as_bytes(kept), false, flow_);
    status_ = result.status;
    kept.erase(0, result.consumed);
    return *this;
  }
  Talk& greet() {
    return server("220 mx.test ESMTP\r\n")
        .client("EHLO me.test\r\n")
        .server("250-mx\r\n250 PIPELINING\r\n");
  }
  Talk& envelope() {
    return client("MAIL FROM:<a@b.test> SIZE=9\r\nRCPT TO:<c@d.test>\r\nDATA\r\n")
        .server("250 ok\r\n250 ok\r\n354 go\r\n");
  }
  SmtpTransaction& mail(size_t at) {
    return static_cast<SmtpTransaction&>(*parser_->transactions().at(at));
  }
  size_t mails() { return parser_->transactions().size(); }
  std::string buffer(size_t at, BufferId id, size_t which = 0) {
    const auto bytes = mail(at).buffer(id, kToServer, which);
    return bytes ? std::string(as_text(*bytes)) : "(none)";
  }
  bool has_event(size_t at, std::string_view name) {
    for (const auto& event : mail(at).events)
      if (event.name == name) return true;
    return false;
  }
  FlowContext flow_;
  std::unique_ptr<AppParser> parser_;
  std::string kept_[2];
  ParseStatus status_ = ParseStatus::kOk;
};

TEST(Smtp, AMailIsATransactionAndOverWhenAnswered) {
  Talk talk;
  talk.greet().envelope();
  EXPECT_EQ(talk.mail(0).progress(kToServer), SmtpTransaction::kEnvelopeDone);
  talk.client("From: A <a@b.test>\r\nSubject: one\r\n two\r\nX-Mailer: hand\r\n\r\nhello\r\n.\r\n");
  EXPECT_EQ(talk.mail(0).progress(kToServer), SmtpTransaction::kMessageDone);
  EXPECT_FALSE(talk.mail(0).done());
  talk.server("250 queued\r\n");
  EXPECT_TRUE(talk.mail(0).done());
  talk.client("QUIT\r\n").server("221 bye\r\n");
  EXPECT_EQ(talk.mails(), 1u);
  EXPECT_EQ(talk.buffer(0, BufferId::k_smtp_helo), "me.test");
  EXPECT_EQ(talk.buffer(0, BufferId::k_smtp_mail_from), "<a@b.test>");
  EXPECT_EQ(talk.buffer(0, BufferId::k_smtp_rcpt_to), "<c@d.test>");
  EXPECT_EQ(talk.buffer(0, BufferId::k_smtp_rcpt_to, 1), "(none)");
  EXPECT_EQ(talk.buffer(0, BufferId::k_email_subject), "onetwo");
  EXPECT_EQ(talk.buffer(0, BufferId::k_email_x_mailer), "hand");
  EXPECT_TRUE(talk.mail(0).events.empty());
}

TEST(Smtp, EveShowsEnvelopeAndMessage) {
  Talk talk;
  talk.greet().envelope().client(
      "From: a\r\nTo: \"x, y\" <c@d>, e@f\r\n\r\nsee http://Evil.test/a b\r\n.\r\n");
  std::string smtp, email;
  JsonWriter one(smtp), two(email);
  talk.mail(0).append_eve(one);
  talk.mail(0).append_eve_more(two.begin_object());
  two.end_object();
  EXPECT_EQ(smtp, R"({"helo":"me.test","mail_from":"<a@b.test>","rcpt_to":["<c@d.test>"]})");
  EXPECT_NE(email.find(R"("status":"PARSE_DONE","from":"a","to":["\"x, y\" <c@d>","e@f"])"),
            std::string::npos)
      << email;
  EXPECT_NE(email.find(R"("url":["evil.test/a"])"), std::string::npos) << email;
}

TEST(Smtp, AttachmentsAreFiles) {
  Talk talk;
  talk.greet().envelope().client(
      "Content-Type: multipart/mixed; boundary=\"b1\"\r\n\r\npreamble\r\n--b1\r\n"
      "Content-Type: text/plain\r\n\r\ntext\r\n--b1\r\n"
      "Content-Type: application/octet-stream; name=x\r\nContent-Transfer-Encoding: base64\r\n"
      "Content-Disposition: attachment;\r\n filename=\"ev il.exe\"\r\n\r\naGVs\r\nbG8h\r\n--b1\r\n"
      "Content-Disposition: attachment; filename*=utf-8''t%C3%A4.txt\r\n"
      "Content-Transfer-Encoding: "
      "quoted-printable\r\n\r\na=3Db=\r\nc\r\nd\r\n--b1--\r\nepilogue\r\n.\r\n");
  ASSERT_EQ(talk.mail(0).message->files().size(), 2u);
  const FileBody& first = *talk.mail(0).file(kToServer, 0);
  EXPECT_EQ(as_text(first.name()), "ev il.exe");
  EXPECT_EQ(as_text(first.window()), "hello!");
  EXPECT_EQ(first.state(), FileBody::State::kClosed);
  const FileBody& second = *talk.mail(0).file(kToServer, 1);
  EXPECT_EQ(as_text(second.name()), "t\xc3\xa4.txt");
  EXPECT_EQ(as_text(second.window()), "a=bc\r\nd");
  EXPECT_EQ(talk.mail(0).file(kToClient, 0), nullptr);
}

TEST(Smtp, AMessageInsideAMessageHasItsOwnEncoding) {
  Talk talk;
  talk.greet().envelope().client(
      "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
      "Content-Disposition: attachment; filename=m.exe\r\n\r\nplain bytes\r\n.\r\n");
  ASSERT_EQ(talk.mail(0).message->files().size(), 1u);
  EXPECT_EQ(as_text(talk.mail(0).file(kToServer, 0)->window()), "plain bytes");
}

TEST(Smtp, PipelinedResetAndNextMailAreApart) {
  Talk talk;
  talk.greet().envelope().client("Subject: 1\r\n\r\nx\r\n.\r\nRSET\r\nMAIL FROM:<n@m>\r\n");
  talk.server("250 queued\r\n250 reset\r\n250 ok\r\n");
  ASSERT_EQ(talk.mails(), 2u);
  EXPECT_TRUE(talk.mail(0).done());
  EXPECT_FALSE(talk.mail(1).done());
  EXPECT_EQ(talk.buffer(1, BufferId::k_smtp_mail_from), "<n@m>");
}

TEST(Smtp, ARefusedGreetingChangesNothingAnAcceptedOneResets) {
  Talk talk;
  talk.greet().client("MAIL FROM:<a@b>\r\n").server("250 ok\r\n");
  talk.client("EHLO\r\n").server("501 no name\r\n");
  EXPECT_FALSE(talk.mail(0).done());
  talk.client("EHLO again\r\n").server("250 ok\r\n");
  EXPECT_TRUE(talk.mail(0).done());
  EXPECT_TRUE(talk.has_event(0, "duplicate_fields"));
}

TEST(Smtp, ChunksAreCountedNotRead) {
  Talk talk;
  talk.greet().client("MAIL FROM:<a@b>\r\nBDAT 6\r\nQUIT\r\nBDAT 0 LAST\r\nMAIL FROM:<c@d>\r\n");
  talk.server("250 ok\r\n250 ok\r\n250 queued\r\n250 ok\r\n");
  ASSERT_EQ(talk.mails(), 2u);
  EXPECT_TRUE(talk.mail(0).done());
  EXPECT_EQ(talk.buffer(1, BufferId::k_smtp_mail_from), "<c@d>");
}

TEST(Smtp, StartTlsHandsOver) {
  Talk talk;
  talk.greet().client("STARTTLS\r\n").server("220 go\r\n");
  EXPECT_EQ(talk.flow_.change_to, AppProtocol::kTls);
  Talk refused;
  refused.greet().client("STARTTLS\r\n").server("454 no\r\n");
  EXPECT_FALSE(refused.flow_.change_to);
  EXPECT_TRUE(refused.has_event(0, "tls_rejected"));
}

TEST(Smtp, RefusedDataGoesOnWithCommands) {
  Talk talk;
  talk.greet().client("DATA\r\n").server("503 no\r\n").client("MAIL FROM:<a@b>\r\n");
  EXPECT_TRUE(talk.has_event(0, "data_command_rejected"));
  EXPECT_EQ(talk.buffer(0, BufferId::k_smtp_mail_from), "<a@b>");
}

TEST(Smtp, WhatIsNoReplyEndsIt) {
  Talk talk;
  talk.greet().client("NOOP\r\n").server("472 what\r\n");
  EXPECT_EQ(talk.status_, ParseStatus::kFailed);
  EXPECT_TRUE(talk.has_event(0, "invalid_reply"));
}

TEST(Smtp, BoundsAreToldAndHeld) {
  Talk talk;
  talk.greet().client(std::string("NOOP ") + std::string(kLineBytesMax, 'x') + "\r\n");
  EXPECT_TRUE(talk.has_event(0, "max_command_line_len_exceeded"));
  const uint64_t before = counter_of(Weird::kTooManyRecipients).value();
  const uint64_t commands_before = counter_of(Weird::kTooManyCommands).value();
  for (size_t i = 0; i <= kRecipientsMax; ++i) talk.client("RCPT TO:<a@b>\r\n");
  EXPECT_EQ(talk.mail(0).recipients.size(), kRecipientsMax);
  EXPECT_EQ(counter_of(Weird::kTooManyRecipients).value(), before + 1);
  EXPECT_GT(counter_of(Weird::kTooManyCommands).value(), commands_before);
}

TEST(Smtp, MessageBounds) {
  Talk talk;
  std::string message = std::string(100, 'n') + ": v\r\nL: " + std::string(3000, 'v') +
                        "\r\nContent-Type: multipart/mixed; boundary=" + std::string(300, 'b') +
                        "\r\n";
  for (size_t i = 0; i < kHeadersMax; ++i) message += "X: y\r\n";
  const uint64_t before = counter_of(Weird::kTooManyHeaders).value();
  talk.greet().envelope().client(message + "\r\n" + std::string(2000, 'z') + "\r\n.\r\n");
  for (const char* name :
       {"mime_long_header_name", "mime_long_header_value", "mime_long_boundary", "mime_long_line"})
    EXPECT_TRUE(talk.has_event(0, name)) << name;
  EXPECT_EQ(talk.mail(0).message->headers().size(), kHeadersMax);
  EXPECT_GT(counter_of(Weird::kTooManyHeaders).value(), before);
}

TEST(Smtp, MultipartsAreFollowedToABound) {
  Talk talk;
  std::string message;
  for (size_t i = 0; i <= kDepthMax + 1; ++i) {
    const std::string name = "b" + std::to_string(i);
    message += "Content-Type: multipart/mixed; boundary=" + name + "x\r\n\r\n--" + name + "x\r\n";
  }
  const uint64_t before = counter_of(Weird::kTooDeep).value();
  talk.greet().envelope().client(message);
  EXPECT_GT(counter_of(Weird::kTooDeep).value(), before);
}

TEST(Smtp, AttachmentsAndUrlsAreBounded) {
  Talk talk;
  std::string message = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n";
  for (size_t i = 0; i <= kUrlsMax; ++i) message += "http://h" + std::to_string(i) + "/\r\n";
  for (size_t i = 0; i <= kFilesMax; ++i)
    message += "--b\r\nContent-Type: a/b; name=f\r\n\r\nx\r\n";
  const uint64_t files = counter_of(Weird::kTooManyParts).value();
  const uint64_t urls = counter_of(Weird::kTooManyUrls).value();
  talk.greet().envelope().client(message + "--b--\r\n.\r\n");
  EXPECT_EQ(talk.mail(0).message->files().size(), kFilesMax);
  EXPECT_EQ(talk.mail(0).message->urls().size(), kUrlsMax);
  EXPECT_EQ(counter_of(Weird::kTooManyParts).value(), files + 1);
  EXPECT_EQ(counter_of(Weird::kTooManyUrls).value(), urls + 1);
}

TEST(Smtp, ProbeAsksForGreetings) {
  using enum ProtocolDescriptor::Verdict;
  EXPECT_EQ(probe(kToServer, as_bytes("ehlo x\r\n"), false), kYes);
  EXPECT_EQ(probe(kToServer, as_bytes("EH"), false), kMore);
  EXPECT_EQ(probe(kToServer, as_bytes("EHLLO "), false), kNo);
  EXPECT_EQ(probe(kToClient, as_bytes("220 x FTP server\r\n"), false), kNo);
  EXPECT_EQ(probe(kToClient, as_bytes("220 x ESMTP\r\n"), false), kYes);
}

}  // namespace
}  // namespace picket::inspect::smtp
