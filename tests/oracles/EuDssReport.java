import eu.europa.esig.validationreport.ValidationReportFacade;
import java.io.File;

/** Reads ETSI validation reports, schema and all, and says the main indication of the first signature of each. */
public class EuDssReport {
    public static void main(String[] paths) {
        for (String path : paths) {
            try {
                var report = ValidationReportFacade.newFacade().unmarshall(new File(path));
                var status = report.getSignatureValidationReport().get(0).getSignatureValidationStatus();
                System.out.println(status.getMainIndication() + " " + status.getSubIndication());
            } catch (Exception why) {
                System.out.println("error " + why);
            }
        }
    }
}
