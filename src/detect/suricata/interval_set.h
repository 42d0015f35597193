// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <compare>
#include <cstdint>
#include <limits>
#include <vector>

namespace picket::detect::suricata {

// A 128-bit number: an IPv6 address as a point on a line.
struct Point128 {
  uint64_t high = 0, low = 0;
  auto operator<=>(const Point128&) const = default;
};

// First and last point of a line, and the neighbours of a point that is not at that end.
template <typename T>
struct Line {
  static constexpr T first() { return std::numeric_limits<T>::min(); }
  static constexpr T last() { return std::numeric_limits<T>::max(); }
  static constexpr T next(T point) { return static_cast<T>(point + 1); }
  static constexpr T before(T point) { return static_cast<T>(point - 1); }
};
template <>
struct Line<Point128> {
  static constexpr Point128 first() { return {0, 0}; }
  static constexpr Point128 last() { return {~uint64_t{0}, ~uint64_t{0}}; }
  static constexpr Point128 next(Point128 p) {
    return {p.low + 1 == 0 ? p.high + 1 : p.high, p.low + 1};
  }
  static constexpr Point128 before(Point128 p) {
    return {p.low == 0 ? p.high - 1 : p.high, p.low - 1};
  }
};

// A set of points as disjoint, ordered, closed intervals. A value; const methods may be called by
// any thread. contains() is a binary search.
template <typename T>
class IntervalSet {
 public:
  struct Interval {
    T from, to;  // both belong to it
    auto operator<=>(const Interval&) const = default;
  };

  static IntervalSet all() { return of(Line<T>::first(), Line<T>::last()); }
  static IntervalSet of(T from, T to) {
    IntervalSet set;
    if (from <= to) set.intervals_.push_back({from, to});
    return set;
  }

  bool empty() const { return intervals_.empty(); }
  bool is_all() const {
    return intervals_.size() == 1 && intervals_[0].from == Line<T>::first() &&
           intervals_[0].to == Line<T>::last();
  }
  const std::vector<Interval>& intervals() const { return intervals_; }
  bool contains(T point) const {
    auto after = std::upper_bound(intervals_.begin(), intervals_.end(), point,
                                  [](T value, const Interval& i) { return value < i.from; });
    return after != intervals_.begin() && point <= std::prev(after)->to;
  }
  bool operator==(const IntervalSet&) const = default;

  void add(const IntervalSet& other) {
    intervals_.insert(intervals_.end(), other.intervals_.begin(), other.intervals_.end());
    std::sort(intervals_.begin(), intervals_.end());
    std::vector<Interval> merged;
    for (const Interval& next : intervals_) {
      if (merged.empty() || !touches(merged.back(), next))
        merged.push_back(next);
      else if (next.to > merged.back().to)
        merged.back().to = next.to;
    }
    intervals_ = std::move(merged);
  }
  IntervalSet complement() const {
    IntervalSet result;
    T from = Line<T>::first();
    for (const Interval& taken : intervals_) {
      if (taken.from > from) result.intervals_.push_back({from, Line<T>::before(taken.from)});
      if (taken.to == Line<T>::last()) return result;
      from = Line<T>::next(taken.to);
    }
    result.intervals_.push_back({from, Line<T>::last()});
    return result;
  }
  void remove(const IntervalSet& other) {  // A minus B is not(not A or B)
    IntervalSet outside = complement();
    outside.add(other);
    *this = outside.complement();
  }

 private:
  static bool touches(const Interval& left, const Interval& right) {
    return right.from <= left.to ||
           (left.to != Line<T>::last() && right.from == Line<T>::next(left.to));
  }
  std::vector<Interval> intervals_;
};

}  // namespace picket::detect::suricata
