<p>The sky is {{ sky }}.</p>
