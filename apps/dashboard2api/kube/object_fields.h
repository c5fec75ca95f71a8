// The fields of each kind of object, from JSON. What is missing stays empty.
#pragma once

#include "dashboard2api/kube/json_fields.h"
#include "dashboard2api/kube/object.h"

namespace dashboard2api::kube {

Object::Data ReadNameSpace(const Json& object);
Object::Data ReadNode(const Json& object);
Object::Data ReadPod(const Json& object);
Object::Data ReadDeployment(const Json& object);
Object::Data ReadService(const Json& object);

}  // namespace dashboard2api::kube
