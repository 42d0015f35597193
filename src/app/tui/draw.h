// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/tui/model.h"
#include "app/tui/screen.h"

namespace picket::app::tui {

// The whole picture of this model, in its size. Pure; the same model gives the same picture.
Screen draw(const Model& model);

}  // namespace picket::app::tui
