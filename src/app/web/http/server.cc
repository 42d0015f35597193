// SPDX-License-Identifier: Apache-2.0
#include "app/web/http/server.h"

#include <sys/socket.h>

#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <unordered_set>

#include "app/web/http/event_stream.h"
#include "base/counter.h"

namespace picket::app::web::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Tcp = asio::ip::tcp;
using Code = boost::system::error_code;

Counter connections_max{"web.connections_max", "browsers turned away: too many connections"};
Counter header_max{"web.header_max", "requests whose header was too large"};
Counter body_max{"web.body_max", "requests whose body was too large"};
Counter malformed{"web.malformed", "requests that were no HTTP"};
Counter timeouts{"web.timeouts", "connections closed because nothing came or went for too long"};

// What is still read of a client that was answered for the last time.
constexpr size_t kDrainedMax = 4u << 20, kDrainChunk = 16 * 1024;
constexpr unsigned kDrainS = 2;

IpAddress address_of(const Tcp::endpoint& from) {
  if (from.address().is_v4()) return IpAddress::v4(from.address().to_v4().to_uint());
  return IpAddress::v6_bytes(from.address().to_v6().to_bytes().data());
}

Method method_of(beast::http::verb verb) {
  switch (verb) {
    case beast::http::verb::get: return Method::kGet;
    case beast::http::verb::post: return Method::kPost;
    case beast::http::verb::put: return Method::kPut;
    case beast::http::verb::patch: return Method::kPatch;
    case beast::http::verb::delete_: return Method::kDelete;
    default: return Method::kOther;
  }
}

}  // namespace

struct Server::Core {
  Core(Handler called, const Limits& bounds)
      : handler(std::move(called)), limits(bounds), acceptor(context) {}
  asio::io_context context{1};
  Handler handler;
  const Limits limits;
  Tcp::acceptor acceptor;
  size_t connections = 0;                               // on the server's thread, as all below
  std::unordered_set<std::shared_ptr<void>> listening;  // connections that events may come for

  void accept();
};

namespace {

// One client. Kept alive by whatever it waits for, and by the answer it is owed.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Server::Core& core, Tcp::socket&& socket) : core_(core), stream_(std::move(socket)) {
    ++core_.connections;
    Code error;
    if (const auto from = stream_.socket().remote_endpoint(error); !error) peer_ = address_of(from);
  }
  ~Connection() {
    --core_.connections;
    if (events_) events_->close();
    if (gone_) gone_->store(true);
  }

  void read() {
    parser_.emplace();
    parser_->header_limit(static_cast<uint32_t>(core_.limits.header_bytes_max));
    parser_->body_limit(core_.limits.body_bytes_max);
    stream_.expires_after(std::chrono::seconds(core_.limits.request_s));
    beast::http::async_read(
        stream_, buffer_, *parser_,
        [self = shared_from_this()](Code error, size_t) { self->read_done(error); });
  }

 private:
  void read_done(Code error) {
    using Reason = beast::http::error;
    if (!error) return hand_over();
    if (error == beast::error::timeout) timeouts.add();
    // Gone, or silent for too long: nobody to tell.
    if (error == Reason::end_of_stream || error.category() != make_error_code(Reason{}).category())
      return;
    Response refusal;
    refusal.status = 400;
    if (error == Reason::header_limit) {
      header_max.add();
      refusal.status = 431;
    } else if (error == Reason::body_limit) {
      body_max.add();
      refusal.status = 413;
    } else {
      malformed.add();
    }
    keep_alive_ = false;
    respond(std::move(refusal));
  }

  void hand_over() {
    using beast::http::field;
    auto& message = parser_->get();
    const auto header = [&](auto name) { return std::string(message[name]); };
    Request request;
    request.method = method_of(message.method());
    request.target = std::string(message.target());
    request.host = header(field::host);
    request.origin = header(field::origin);
    request.fetch_site = header("Sec-Fetch-Site");
    request.cookie = header(field::cookie);
    request.csrf = header("X-Picket-Csrf");
    request.content_type = header(field::content_type);
    request.accept_encoding = header(field::accept_encoding);
    request.if_none_match = header(field::if_none_match);
    request.body = std::move(message.body());
    request.peer = peer_;
    request.gone = gone_ = std::make_shared<std::atomic<bool>>(false);
    keep_alive_ = message.keep_alive();
    stream_.expires_never();
    watch();
    core_.handler(std::move(request), [self = shared_from_this()](Response&& response) {
      auto given = std::make_shared<Response>(std::move(response));
      asio::post(self->core_.context, [self, given] { self->answered(std::move(*given)); });
    });
  }

  // Whether the client goes while its answer is worked on, or while it listens.
  void watch() {
    stream_.socket().async_wait(Tcp::socket::wait_read, [self = weak_from_this()](Code error) {
      const auto here = self.lock();
      if (!here || error) return;
      char byte;
      const ssize_t got =
          ::recv(here->stream_.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
      if (got != 0 && !(got < 0 && errno != EAGAIN)) return;
      if (here->gone_) here->gone_->store(true);
      if (here->events_) here->end_stream();
    });
  }

  void answered(Response&& response) {
    Code ignored;
    stream_.socket().cancel(ignored);
    if (response.stream) return begin_stream(std::move(response));
    respond(std::move(response));
  }

  void respond(Response&& response) {
    response_ = std::move(response);
    const std::string_view body =
        response_.constant_body.empty() ? response_.body : response_.constant_body;
    head_ = head_of(response_, body.size(), keep_alive_);
    stream_.expires_after(std::chrono::seconds(core_.limits.write_s));
    const std::array<asio::const_buffer, 2> parts{asio::buffer(head_),
                                                  asio::buffer(body.data(), body.size())};
    asio::async_write(stream_, parts, [self = shared_from_this()](Code error, size_t) {
      if (error == beast::error::timeout) timeouts.add();
      if (!error && self->keep_alive_) return self->read();
      Code ignored;
      self->stream_.socket().shutdown(Tcp::socket::shutdown_send, ignored);
      self->drain(kDrainedMax);
    });
  }

  // A client that still sends when its socket is closed would lose the answer (RFC 9112 9.6).
  void drain(size_t left) {
    buffer_.clear();
    stream_.expires_after(std::chrono::seconds(kDrainS));
    stream_.async_read_some(buffer_.prepare(kDrainChunk),
                            [self = shared_from_this(), left](Code error, size_t got) {
                              if (!error && got < left) self->drain(left - got);
                            });
  }

  void begin_stream(Response&& response) {
    events_ = std::move(response.stream);
    response.headers.emplace_back("X-Accel-Buffering", "no");
    sent_ = head_of(response, SIZE_MAX, false);
    events_->on_ready([weak = weak_from_this(), &core = core_] {
      asio::post(core.context, [weak] {
        if (const auto self = weak.lock()) self->send_events();
      });
    });
    core_.listening.insert(shared_from_this());
    watch();
    write_events();
  }

  void send_events() {
    if (writing_ || !events_) return;
    if (events_->ended()) return end_stream();
    sent_ = events_->take();
    if (!sent_.empty()) write_events();
  }

  void write_events() {
    writing_ = true;
    stream_.expires_after(std::chrono::seconds(core_.limits.write_s));
    asio::async_write(stream_, asio::buffer(sent_),
                      [self = shared_from_this()](Code error, size_t) {
                        self->writing_ = false;
                        self->stream_.expires_never();
                        if (error == beast::error::timeout) timeouts.add();
                        if (error) return self->end_stream();
                        self->send_events();
                      });
  }

  void end_stream() {
    if (!events_) return;
    events_->close();
    events_.reset();
    Code ignored;
    stream_.socket().shutdown(Tcp::socket::shutdown_both, ignored);
    stream_.socket().cancel(ignored);
    core_.listening.erase(shared_from_this());
  }

  Server::Core& core_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<beast::http::request_parser<beast::http::string_body>> parser_;
  IpAddress peer_;
  std::shared_ptr<std::atomic<bool>> gone_;
  bool keep_alive_ = true, writing_ = false;
  std::string head_, sent_;
  Response response_;
  std::shared_ptr<EventStream> events_;
};

}  // namespace

void Server::Core::accept() {
  acceptor.async_accept([this](Code error, Tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error && connections >= limits.connections_max)
      connections_max.add();  // closed as the socket goes
    else if (!error)
      std::make_shared<Connection>(*this, std::move(socket))->read();
    accept();
  });
}

Server::Server(UniqueFd listener, Handler handler, const Limits& limits)
    : core_(std::make_unique<Core>(std::move(handler), limits)) {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&bound), &size);
  Code ignored;
  core_->acceptor.assign(bound.ss_family == AF_INET6 ? Tcp::v6() : Tcp::v4(), listener.release(),
                         ignored);
  core_->accept();
}

Server::~Server() = default;

void Server::run() {
  const auto work = asio::make_work_guard(core_->context);
  core_->context.run();
}

void Server::stop() { core_->context.stop(); }

}  // namespace picket::app::web::http
