# Review and publication of interpretations
interpretation-refused-not-owner = Only staff of the unit responsible ({ $unit }) may change this.
interpretation-refused-not-reviewer = Only a reviewer may take this step.
interpretation-refused-own-text = Nobody approves what they wrote themselves: please ask a colleague.
interpretation-refused-wrong-state = This step isn't possible now, because the text has moved on. Please reload the page.
