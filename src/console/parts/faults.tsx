// A mistake of this page shows as words, not as a white screen.
import { Component, type ReactNode } from 'react';
import { problemFrom } from '../api/request';
import { ProblemNotice } from './notices';

export class Faults extends Component<{ readonly children: ReactNode }, { readonly fault: unknown }> {
  override state = { fault: undefined as unknown };

  static getDerivedStateFromError(fault: unknown): { fault: unknown } {
    return { fault };
  }

  override render(): ReactNode {
    if (this.state.fault === undefined) return this.props.children;
    return <ProblemNotice problem={problemFrom(this.state.fault)} again={() => window.location.reload()} />;
  }
}
