// SPDX-License-Identifier: Apache-2.0
// A component that is drawn again only when `same` says that its properties differ.
import { Component, type ComponentChild, type FunctionComponent } from "preact";

export function memo<P extends object>(
  draw: (props: P) => ComponentChild,
  same: (before: P, now: P) => boolean,
): FunctionComponent<P> {
  class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      return !same(this.props as P, next);
    }
    override render(props: P): ComponentChild {
      return draw(props);
    }
  }
  return Memo as unknown as FunctionComponent<P>;
}
