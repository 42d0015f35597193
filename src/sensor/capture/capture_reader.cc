// SPDX-License-Identifier: Apache-2.0
#include "sensor/capture/capture_reader.h"

#include <algorithm>
#include <cstring>

#include "base/counter.h"
#include "sensor/capture/pcap_reader.h"
#include "sensor/capture/pcapng_reader.h"

namespace picket::sensor::capture {
namespace {

Counter broken{"capture.broken", "captures that end in the middle of a record or are damaged"};

}  // namespace

void ReadWindow::fill(size_t size) {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    base_ += begin_;
    end_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() < std::max(size, kReadBytes)) buffer_.resize(std::max(size, kReadBytes));
  while (end_ < size && !ended_) {
    const auto got = source_->read({buffer_.data() + end_, buffer_.size() - end_});
    if (!got) {
      error_ = got.error();
      ended_ = true;
    } else if (*got == 0) {
      ended_ = true;
    } else {
      end_ += *got;
    }
  }
}

bool ReadWindow::skip(uint64_t size) {
  while (size > 0) {
    const Bytes have = peek(static_cast<size_t>(std::min<uint64_t>(size, kReadBytes)));
    if (have.empty()) return false;
    consume(have.size());
    size -= have.size();
  }
  return true;
}

bool CaptureReader::stop(std::string why) {
  if (!problem_) {
    problem_ = window_.error() ? window_.error()->message : std::move(why);
    broken.add();
  }
  return false;
}

bool CaptureReader::truncated(const char* what) {
  return stop(std::string("ends in the middle of ") + what);
}

Result<std::unique_ptr<CaptureReader>> CaptureReader::open(replay::ByteSource& source) {
  // Both readers begin with the magic number, which tells one from the other.
  auto pcap = std::make_unique<PcapReader>(source);
  if (pcap->starts_as_pcapng()) {
    auto pcapng = std::make_unique<PcapngReader>(source, std::move(*pcap).take_window());
    return pcapng;
  }
  TRY(pcap->read_header());
  return pcap;
}

}  // namespace picket::sensor::capture
