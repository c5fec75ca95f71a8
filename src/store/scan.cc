#include "store/scan.h"

namespace spanhound::store {

Predicate Predicate::And(std::vector<Predicate> children) {
  Predicate out;
  out.kind = Kind::kAnd;
  out.children = std::move(children);
  return out;
}

Predicate Predicate::Or(std::vector<Predicate> children) {
  Predicate out;
  out.kind = Kind::kOr;
  out.children = std::move(children);
  return out;
}

Predicate Predicate::Not(Predicate child) {
  Predicate out;
  out.kind = Kind::kNot;
  out.children.push_back(std::move(child));
  return out;
}

Predicate Predicate::Compare(Column column, Op op, Literal value) {
  Predicate out;
  out.kind = Kind::kCompare;
  out.column = std::move(column);
  out.op = op;
  out.values.push_back(std::move(value));
  return out;
}

Predicate Predicate::Exists(Column column) {
  Predicate out;
  out.kind = Kind::kCompare;
  out.column = std::move(column);
  out.op = Op::kExists;
  return out;
}

Predicate Predicate::In(Column column, std::vector<Literal> values) {
  Predicate out;
  out.kind = Kind::kCompare;
  out.column = std::move(column);
  out.op = Op::kIn;
  out.values = std::move(values);
  return out;
}

}  // namespace spanhound::store
